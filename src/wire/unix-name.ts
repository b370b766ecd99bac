/**
 * The names of Unix sockets (unix(7)), as text. A path stands as it is, a name without a file begins
 * with "@". Names may hold any byte: what is not plain stands as \xNN, so that the text is one word
 * and means one name.
 */

/** As in sun_path, as far as the kernel counts it: an abstract name begins with NUL. */
export function unixNameText(bytes: Uint8Array): string {
  if (bytes[0] === 0) return `@${escaped(bytes.subarray(1))}`;
  const end = bytes.indexOf(0);
  const text = escaped(end < 0 ? bytes : bytes.subarray(0, end));
  return text.startsWith("@") ? `\\x40${text.slice(1)}` : text;
}

/**
 * The bytes that the text names, without the NUL that ends a path; undefined where it is no name: it
 * is empty, too long for sun_path, or a path with a NUL in it.
 */
export function unixNameBytes(text: string): Uint8Array | undefined {
  const isAbstract = text.startsWith("@");
  const name = unescaped(isAbstract ? text.slice(1) : text);
  if (name === undefined) return undefined;
  if (isAbstract) return name.length < SUN_PATH_BYTES ? Uint8Array.of(0, ...name) : undefined;
  const isPath = name.length > 0 && name.length <= SUN_PATH_BYTES && !name.includes(0);
  return isPath ? name : undefined;
}

/** sizeof(sun_path). A path may fill it without the NUL that ends it (unix(7), BUGS). */
const SUN_PATH_BYTES = 108;

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What no shell takes for anything but itself; and letters and digits of every script. */
const odd = /[^\p{L}\p{N}\p{M}_./:@%+=,-]/gu;

function escaped(bytes: Uint8Array): string {
  const plain = ascii(bytes);
  if (plain !== undefined) return plain;
  try {
    return strict.decode(bytes).replace(odd, escapes);
  } catch {
    return String.fromCharCode(...bytes).replace(/[^\w./:@%+=,-]/g, escapeByte);
  }
}

/** Most names: undefined where a byte has to be escaped, or more than one makes a letter. */
function ascii(bytes: Uint8Array): string | undefined {
  let text = "";
  for (const byte of bytes) {
    if (plain[byte] !== 1) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

const plain: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  return /[\w./:@%+=,-]/.test(String.fromCharCode(byte)) ? 1 : 0;
});

function escapes(character: string): string {
  return [...encoder.encode(character)].map(escapeOf).join("");
}

function escapeByte(character: string): string {
  return escapeOf(character.charCodeAt(0));
}

function escapeOf(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

function unescaped(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/\\x[\da-f]{2}|\\|[^\\]+/gi)) {
    if (part === "\\") return undefined;
    if (part.startsWith("\\")) bytes.push(Number.parseInt(part.slice(2), 16));
    else bytes.push(...encoder.encode(part));
    if (bytes.length > SUN_PATH_BYTES) return undefined;
  }
  return Uint8Array.from(bytes);
}
