/**
 * /proc/locks: the locks on files, and who waits for one (proc_locks(5)). The lines "lock:" of
 * /proc/PID/fdinfo/N have the same form.
 */
import { bytesOf, textOf } from "./text.ts";

/** One line: a lock that somebody has, or one that somebody waits for. */
export interface LockLine {
  /** Numbers the locks of one reading; who waits has the number of the lock that is in his way. */
  readonly id: number;
  /** 0: it is held. 1: it is waited for. 2: it is waited for behind one of 1, and so on. */
  readonly level: number;
  /** In the kernel's words: "FLOCK", "POSIX", "OFDLCK", "LEASE", "DELEG" … */
  readonly type: string;
  /** "ADVISORY"; of leases "ACTIVE", "BREAKING", and "BREAKER" of who waits for the end of one. */
  readonly state: string;
  /** "READ" and "WRITE"; of a lease that is being broken what is to be left of it, "UNLCK" too. */
  readonly access: string;
  /** -1 of a lock of an open file description; 0 of a process of another PID namespace. */
  readonly pid: number;
  /** The device of the file system, as in mountinfo; null with the inode where there is no file. */
  readonly major: number | null;
  readonly minor: number | null;
  readonly inode: number | bigint | null;
  /** The first byte; a bigint beyond 2^53, like the next two. */
  readonly start: number | bigint;
  /** The last byte; null for the end of the file, wherever that will be. */
  readonly end: number | bigint | null;
}

const pattern =
  /^(\d{1,15}): ( *)(-> )?([A-Z]{1,9}) +([A-Z]{1,9}|\*NOINODE\*) +([A-Z]{1,9}) (-?\d{1,10}) (?:([\da-f]{1,8}):([\da-f]{1,8}):(\d{1,20})|<none>:0) (\d{1,19}) (?:(\d{1,19})|EOF)$/;

/** Lines that are none are passed over. */
export function decodeLocks(bytes: Uint8Array): readonly LockLine[] {
  return textOf(bytes).split("\n").flatMap(lineOf);
}

/** The locks that /proc/PID/fdinfo/N shows of its descriptor. */
export function fdinfoLocks(text: string): readonly LockLine[] {
  if (!text.includes("lock:\t")) return [];
  const lines = text.split("\n").filter((line) => line.startsWith("lock:\t"));
  return lines.flatMap((line) => lineOf(line.slice("lock:\t".length)));
}

/** The lines, as the kernel writes them (fs/locks.c, lock_get_status). */
export function encodeLocks(lines: readonly LockLine[]): Uint8Array {
  return bytesOf(lines.map((line) => `${textOfLine(line)}\n`).join(""));
}

function lineOf(text: string): LockLine[] {
  const match = pattern.exec(text);
  if (match === null) return [];
  const [, id, spaces = "", arrow, type = "", state = "", access = ""] = match;
  const [pid, major, minor, inode, start = "", end] = match.slice(7);
  if (arrow === undefined && spaces !== "") return [];
  const level = arrow === undefined ? 0 : spaces.length + 1;
  const device = (word?: string): number | null =>
    word === undefined ? null : Number.parseInt(word, 16);
  return [
    {
      ...{ id: Number(id), level, type, state, access, pid: Number(pid) },
      ...{ major: device(major), minor: device(minor) },
      inode: inode === undefined ? null : plain(inode),
      start: plain(start),
      end: end === undefined ? null : plain(end),
    },
  ];
}

function plain(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

function textOfLine(line: LockLine): string {
  const { id, level, type, state, access, pid, major, minor, inode, start, end } = line;
  const arrow = level === 0 ? "" : `${" ".repeat(level - 1)}-> `;
  // The words of leases are set to ten columns, those of the others to nine and a blank.
  const isLease = type === "LEASE" || type === "DELEG";
  const words = isLease
    ? `${type}  ${state.padEnd(9)} ${access}`
    : `${type.padEnd(6)} ${state.padEnd(9)} ${access}`;
  const file =
    major === null || minor === null || inode === null
      ? "<none>:0"
      : `${hex(major)}:${hex(minor)}:${inode}`;
  return `${id}: ${arrow}${words} ${pid} ${file} ${start} ${end ?? "EOF"}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}
