/** Locks in words, for findings, waits and details. */
import type { Value } from "../../io/schema.ts";
import type { LockLine } from "../../wire/proc/locks.ts";

/** What each type is called; another keeps the kernel's word. */
const types: Readonly<Record<string, string>> = {
  FLOCK: "flock",
  POSIX: "posix",
  OFDLCK: "open-file-description",
  LEASE: "lease",
  DELEG: "delegation",
};

/** "posix", "flock", "open-file-description", "lease", "delegation". */
export function typeOf({ type }: LockLine): string {
  return types[type] ?? type.toLowerCase();
}

/** "an exclusive lock on bytes 0 to 99" */
export function lockText(line: Pick<LockLine, "access" | "start" | "end">): string {
  const kind = line.access === "WRITE" ? "an exclusive lock" : "a shared lock";
  return `${kind} on ${rangeText(line)}`;
}

/** "bytes 0 to 99", "bytes 100 to the end", "all of it" */
function rangeText({ start, end }: Pick<LockLine, "start" | "end">): string {
  if (end === null) return start === 0 ? "all of it" : `bytes ${start} to the end`;
  return start === end ? `byte ${start}` : `bytes ${start} to ${end}`;
}

/** "read" of a shared lock, "write" of an exclusive one. */
export function modeOf({ access }: Pick<LockLine, "access">): "read" | "write" {
  return access === "WRITE" ? "write" : "read";
}

/** What is asked for or held, as data; `end` is null for the end of the file. */
export function lockValue(line: LockLine): Record<string, Value> {
  return { type: typeOf(line), access: modeOf(line), start: line.start, end: line.end };
}
