/**
 * Internet addresses as text, in the one form of each: IPv4 with dots, IPv6 as RFC 5952 says, and an
 * IPv4 address that IPv6 carries ("::ffff:10.0.0.1") as the IPv4 address that it is.
 */

/** The text of 4 or 16 bytes. */
export function ipText(view: DataView, start: number, family: "v4" | "v6"): string {
  if (family === "v4") return dotted(view.getUint32(start));
  const isMapped =
    view.getUint32(start) === 0 &&
    view.getUint32(start + 4) === 0 &&
    view.getUint32(start + 8) === 0xffff;
  return isMapped ? dotted(view.getUint32(start + 12)) : compressed(groupsAt(view, start));
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function groupsAt(view: DataView, start: number): number[] {
  return Array.from({ length: 8 }, (_, index) => view.getUint16(start + index * 2));
}

/** The longest row of two zeros or more, the first of several, stands as "::". */
function compressed(groups: readonly number[]): string {
  let [best, length] = [0, 1];
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from > length) [best, length] = [from, to - from];
    if (to > from) from = to;
  }
  const text = (some: readonly number[]): string => some.map((one) => one.toString(16)).join(":");
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`;
}

/** The one form of an address, IPv4 or IPv6; undefined where the text is none. */
export function parseIp(text: string): string | undefined {
  const four = parseFour(text);
  if (four !== undefined) return dotted(four);
  const groups = parseGroups(text);
  if (groups === undefined) return undefined;
  const view = new DataView(new ArrayBuffer(16));
  for (const [index, group] of groups.entries()) view.setUint16(index * 2, group);
  return ipText(view, 0, "v6");
}

function parseFour(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((word, part) => word * 256 + part, 0);
}

/** Eight groups; the last two may be written as an IPv4 address, and some of them as "::". */
function parseGroups(text: string): readonly number[] | undefined {
  const sides = text.split("::");
  if (sides.length > 2) return undefined;
  const [left = [], right = []] = sides.map((side, index) => {
    return sideOf(side, index === sides.length - 1);
  });
  if (left === null || right === null) return undefined;
  const missing = 8 - left.length - right.length;
  if (sides.length === 1) return missing === 0 ? left : undefined;
  return missing < 1 ? undefined : [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

function sideOf(text: string, isLast: boolean): readonly number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const four = isLast && index === parts.length - 1 ? parseFour(part) : undefined;
    if (four !== undefined) groups.push(four >>> 16, four & 0xffff);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups.length > 8 ? null : groups;
}

/** True for what never leaves the machine: 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** True for the address that stands for every one of the machine. */
export function isAny(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}
