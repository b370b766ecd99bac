/** Facts of the schema as short words. Nothing here knows a kind; nothing here is escaped yet. */
import type {
  Hold,
  ObjectRecord,
  PartRecord,
  ProcessRecord,
  Value,
  Wait,
} from "../inspect/index.ts";

/** "msg-full[28817]"; "pid 28817" of one that is gone or hidden. */
export function processName(pid: number, processes: ReadonlyMap<number, ProcessRecord>): string {
  const process = processes.get(pid);
  return process === undefined ? `pid ${pid}` : `${process.comm}[${pid}]`;
}

/** How full an object is in its fullest unit: 0 to 1; undefined where nothing limits it. */
export function fillRatio(object: ObjectRecord): number | undefined {
  const unit = fullestUnit(object);
  return unit === undefined ? undefined : ratioOf(object, unit);
}

function fullestUnit(object: ObjectRecord): string | undefined {
  const units = Object.keys(object.used).filter((unit) => ratioOf(object, unit) !== undefined);
  return units.reduce<string | undefined>(
    (fullest, unit) =>
      fullest === undefined || (ratioOf(object, unit) ?? 0) > (ratioOf(object, fullest) ?? 0)
        ? unit
        : fullest,
    undefined,
  );
}

function ratioOf(object: ObjectRecord, unit: string): number | undefined {
  const used = object.used[unit];
  const limit = object.limit[unit];
  if (used === undefined || limit === undefined) return undefined;
  return limit > 0 ? used / limit : undefined;
}

/** "16000/16384B 98%", or what is known without a limit: "65536B", "value 0", "value 1 0 5". */
export function fillWords(object: ObjectRecord): string {
  const unit = fullestUnit(object);
  if (unit !== undefined) {
    const amount = quantity(`${object.used[unit]}/${object.limit[unit]}`, unit);
    return `${amount} ${percent(ratioOf(object, unit) ?? 0)}`;
  }
  const parts = partsFill(object.parts ?? []);
  if (parts !== undefined) return parts;
  const [first] = Object.entries(object.used);
  if (first === undefined) return "";
  return first[0] === "bytes" ? `${first[1]}B` : `${first[0]} ${first[1]}`;
}

/** More parts than this are too many for a cell. */
const PARTS_MAX = 8;

/** The same unit of each part. */
function partsFill(parts: readonly PartRecord[]): string | undefined {
  const [unit] = Object.keys(parts[0]?.used ?? {});
  if (unit === undefined || parts.length > PARTS_MAX) return undefined;
  return `${unit} ${parts.map(({ used }) => used[unit] ?? "?").join(" ")}`;
}

/** Rounded down, so that 100 % is said of the full alone. */
export function percent(ratio: number): string {
  return `${Math.floor(ratio * 100)}%`;
}

function quantity(amount: string, unit: string): string {
  return unit === "bytes" ? `${amount}B` : `${amount} ${spaced(unit)}`;
}

/** "1 send(8000B) 1 receive(type 7)" */
export function waitingWords(waits: readonly Wait[]): string {
  const counts = new Map<string, number>();
  for (const wait of waits) {
    const words = needWords(wait.need);
    const what = words === "" ? wait.operation : `${wait.operation}(${words})`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${count} ${what}`).join(" ");
}

/** What it needs in a few words: no switches that are off, no lists, nothing it merely would take. */
function needWords(need: Wait["need"]): string {
  return Object.entries(need)
    .filter(([name, value]) => value !== null && value !== false && !name.startsWith("max"))
    .filter(([, value]) => !Array.isArray(value))
    .map(([name, value]) =>
      name === "bytes" ? `${value}B` : `${spaced(name)} ${valueWords(value)}`,
    )
    .join(", ");
}

/** "KIND:0 receive, KIND:1 operate": what a process is blocked on, the first few. */
export function blockedWords(waits: readonly Wait[]): string {
  const all = [...new Set(waits.map(({ object, operation }) => `${object} ${operation}`))];
  const more = all.length - NAMES_MAX;
  const shown = all.slice(0, NAMES_MAX).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** "waits for a message of type 7" */
export function waitWords({ operation, text }: Wait): string {
  return text === "" ? `waits to ${operation}` : `waits for ${text}`;
}

/** "us-server[28786] fd 4": who holds something, and by which descriptor. */
export function holderWords(
  { pid, fd, how }: Hold,
  processes: ReadonlyMap<number, ProcessRecord>,
): string {
  const name = processName(pid, processes);
  if (fd !== null) return `${name} fd ${fd}`;
  return how === "mapping" ? `${name} mapped` : name;
}

/** How many processes hold the object, by direction where that tells them apart: "w1 r44". */
export function holdersWords(holds: readonly Hold[]): string {
  if (holds.length === 0) return "";
  const known = holds.every(({ mode }) => mode !== null);
  const apart = holds.some(({ mode }) => mode === "read" || mode === "write");
  if (!known || !apart) return String(pids(holds).length);
  return directions
    .map(([letters, wanted]) => [letters, pids(holds.filter(({ mode }) => mode === wanted)).length])
    .filter(([, count]) => count !== 0)
    .map((word) => word.join(""))
    .join(" ");
}

const directions = [
  ["rw", "read-write"],
  ["w", "write"],
  ["r", "read"],
] as const;

function pids(facts: readonly { readonly pid: number }[]): number[] {
  return [...new Set(facts.map(({ pid }) => pid))];
}

/** The package's own verbs for putting something in and for taking something out. */
const giving: ReadonlySet<string> = new Set(["send", "write", "post", "connect"]);
const taking: ReadonlySet<string> = new Set(["receive", "read", "wait", "accept", "poll", "watch"]);

/** Whether who waits wants to get rid of something, or waits for something to come. */
export function directionOf({ operation }: Wait): "give" | "take" | "neither" {
  if (giving.has(operation)) return "give";
  return taking.has(operation) ? "take" : "neither";
}

/**
 * "msg-full[28817] → msg-recv[28816]": who gives and who takes, as far as that can be seen;
 * "a[1] ⇄ b[2]" where each does both.
 */
export function fromToWords(
  holds: readonly Hold[],
  waits: readonly Wait[],
  processes: ReadonlyMap<number, ProcessRecord>,
): string {
  const both = pids(holds.filter(({ mode }) => mode === "read-write"));
  const from = pids([
    ...waits.filter(({ operation }) => giving.has(operation)),
    ...holds.filter(({ mode }) => mode === "write"),
  ]);
  const to = pids([
    ...waits.filter(({ operation }) => taking.has(operation)),
    ...holds.filter(({ mode }) => mode === "read"),
  ]);
  if (from.length + to.length === 0) return crowd(both, processes, " ⇄ ");
  const givers = crowd([...new Set([...from, ...both])], processes);
  return `${givers} → ${crowd(to, processes)}`.trim();
}

/** More names than this become a number. */
const NAMES_MAX = 2;

function crowd(
  who: readonly number[],
  processes: ReadonlyMap<number, ProcessRecord>,
  between = ", ",
): string {
  if (who.length > NAMES_MAX) return `${who.length} processes`;
  return who.map((pid) => processName(pid, processes)).join(between);
}

/** "3m": the time from an ISO date until now; empty for null. */
export function ageWords(changedAt: string | null, nowMs: number): string {
  if (changedAt === null) return "";
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(changedAt)) / 1000));
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** "lastSendPid" → "last send pid" */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z\d])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** A value in one line: "3, 7", "type 3, count 2". */
export function valueWords(value: Value | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueWords).join("; ");
  if (typeof value === "object") {
    const parts = Object.entries(value).filter(([, part]) => part !== null);
    return parts.map(([name, part]) => `${spaced(name)} ${valueWords(part)}`).join(", ");
  }
  return String(value);
}

/** "1 process", "2 processes" */
export function counted(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
