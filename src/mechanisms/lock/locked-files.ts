/**
 * Every file with a lock on it: what /proc/locks says, and which descriptor of which process holds
 * each lock, from the lines "lock:" of fdinfo. Both name a file by the device and the inode of its
 * file system, and so does mountinfo: no file is touched.
 */
import { readFileSync } from "node:fs";
import type { View } from "../../io/room.ts";
import { blockedThreads } from "../../io/seeing/blocked.ts";
import type { Held } from "../../io/seeing/descriptors.ts";
import { fileKey } from "../../io/seeing/files.ts";
import { decodeLocks, fdinfoLocks, type LockLine } from "../../wire/proc/locks.ts";

/** A lock that somebody has. */
export interface HeldLock {
  readonly line: LockLine;
  /** The descriptors that it hangs on, as far as they could be seen. */
  readonly holders: Held[];
}

/** A file, with all that is known of its locks. */
export interface LockedFile {
  /** As fileKey() gives it. */
  readonly key: string;
  readonly major: number;
  readonly minor: number;
  readonly inode: number | bigint;
  readonly locks: HeldLock[];
  /** The same by what their lines say: a database may have thousands on one file. */
  readonly byLine: Map<string, HeldLock[]>;
  /** Those who wait, as /proc/locks has them. */
  readonly requests: LockLine[];
  /** Some descriptors that the file is open at: of holders, and of who waits. */
  readonly open: Held[];
}

/** The files by key. */
export type LockedFiles = Map<string, LockedFile>;

/** Undefined where /proc/locks may not be read. */
export function lockLines(): readonly LockLine[] | undefined {
  try {
    return decodeLocks(readFileSync("/proc/locks"));
  } catch {
    return undefined;
  }
}

/** True where fdinfo tells of a lock, or a thread waits for one. */
export function hasLocks(view: View): boolean {
  if (["flock", "fcntl", "fcntl64"].some((name) => blockedThreads(view, name).length > 0))
    return true;
  for (const _ of descriptorsWithLocks(view)) return true;
  return false;
}

/**
 * What is in the lines and what the descriptors show. A lock whose taker is of another PID namespace,
 * or has ended while others hold it, is in fdinfo alone.
 */
export function lockedFiles(view: View, lines: readonly LockLine[]): LockedFiles {
  const files: LockedFiles = new Map();
  const byId = new Map<number, LockedFile>();
  for (const line of lines) {
    // Who breaks a lease waits at no file of his own, but for the lease that has the same number.
    const file = fileFor(files, line) ?? byId.get(line.id);
    if (file === undefined) continue;
    byId.set(line.id, file);
    if (line.level > 0) file.requests.push(line);
    else addLock(file, { line, holders: [] });
  }
  for (const held of descriptorsWithLocks(view)) {
    for (const line of fdinfoLocks(held.descriptor.info ?? "")) addHolder(files, held, line);
  }
  return files;
}

/** The entry of a file, made where there is none yet. */
export function fileFor(
  files: LockedFiles,
  { major, minor, inode }: Pick<LockLine, "major" | "minor" | "inode">,
): LockedFile | undefined {
  if (major === null || minor === null || inode === null) return undefined;
  const key = fileKey(major, minor, inode);
  const known = files.get(key);
  if (known !== undefined) return known;
  const file = { key, major, minor, inode, locks: [], requests: [], open: [], byLine: new Map() };
  files.set(key, file);
  return file;
}

function* descriptorsWithLocks(view: View): Iterable<Held> {
  for (const process of view.processes.processes.values()) {
    for (const descriptor of process.descriptors ?? []) {
      if (descriptor.info?.includes("lock:\t")) yield { process, descriptor };
    }
  }
}

/** Identical lines, as shared locks of several descriptions have, are given out in turn. */
function addHolder(files: LockedFiles, held: Held, line: LockLine): void {
  const file = fileFor(files, line);
  if (file === undefined) return;
  addOpen(file, held);
  const same = file.byLine.get(wordsOf(line)) ?? [];
  const free = same.find(({ holders }) => holders.length === 0) ?? same[0];
  if (free === undefined) addLock(file, { line, holders: [held] });
  else free.holders.push(held);
}

/** What a file is, one of these says as well as a thousand. */
const OPEN_MAX = 32;

/** Notes where the file is open. */
export function addOpen({ open }: LockedFile, held: Held): void {
  if (open.length < OPEN_MAX) open.push(held);
}

function addLock(file: LockedFile, lock: HeldLock): void {
  file.locks.push(lock);
  const words = wordsOf(lock.line);
  const same = file.byLine.get(words);
  if (same === undefined) file.byLine.set(words, [lock]);
  else same.push(lock);
}

function wordsOf({ type, access, pid, start, end }: LockLine): string {
  return `${type} ${access} ${pid} ${start} ${end}`;
}

/** True where the two cannot be held at once by different owners. */
export function conflict(one: LockLine, other: LockLine): boolean {
  if (familyOf(one) !== familyOf(other)) return false;
  if (one.access !== "WRITE" && other.access !== "WRITE") return false;
  const isSelf = one.type === "POSIX" && other.type === "POSIX" && one.pid === other.pid;
  return !isSelf && reaches(one, other) && reaches(other, one);
}

function reaches({ start }: LockLine, { end }: LockLine): boolean {
  return end === null || start <= end;
}

/** Locks of a process and of an open file description are in each other's way; flock's are not. */
function familyOf({ type }: LockLine): string {
  return type === "OFDLCK" ? "POSIX" : type;
}
