/** System V semaphores, a call a line: results are >= 0 or -errno. */
import { addon } from "./addon.ts";
import { errnoOf } from "./errno.ts";
import { frame } from "./frame.ts";
import type { Region } from "./region.ts";
import { sliceUntil } from "./slice.ts";

export const GETPID = 11;
export const GETVAL = 12;
export const GETALL = 13;
export const GETNCNT = 14;
export const GETZCNT = 15;
export const SETVAL = 16;
export const SETALL = 17;
export const SEM_STAT = 18;
export const SEM_INFO = 19;
export const SEM_STAT_ANY = 20;

export const SEM_UNDO = 0o10000;

/** Bytes that semctl may read or write of a structure. */
export const SEMCTL_BYTES = 128;
/** Bytes of one struct sembuf: index, amount and flags, 16 bits each. */
export const SEMBUF_BYTES = 6;

const EINTR = -errnoOf("EINTR");
const ETIMEDOUT = -errnoOf("ETIMEDOUT");

/** @see semget(2) */
export function semget(key: number, count: number, flags: number): number {
  return addon().semget(key | 0, count, flags);
}

/** Where in the frame a single operation is written, in units of 16 bits. */
const ONE_AT = 16;

let halves: Int16Array | undefined;

/** Writes the arguments of one operation into the frame, and calls. */
function one(id: number, index: number, by: number, flags: number, sliceMs: number): number {
  const words = frame();
  halves ??= new Int16Array(words.buffer);
  halves[ONE_AT] = index;
  halves[ONE_AT + 1] = by;
  halves[ONE_AT + 2] = flags;
  words[0] = id;
  words[4] = sliceMs;
  return addon().semopOne();
}

/** semop(2) of one operation, which never waits: -EAGAIN when it would have to. */
export function trySemopOne(id: number, index: number, by: number, flags: number): number {
  return one(id, index, by, flags, 0);
}

/** semop(2) of one operation, blocking until `deadline` (performance.now()): then -ETIMEDOUT. */
export function semopOne(
  id: number,
  index: number,
  by: number,
  flags: number,
  deadline: number,
): number {
  for (;;) {
    const answer = one(id, index, by, flags, sliceUntil(deadline));
    if (answer !== EINTR) return answer;
    if (performance.now() >= deadline) return ETIMEDOUT;
  }
}

/**
 * semop(2) of `count` struct sembuf, which never waits and leaves them as they are: -EAGAIN when it
 * would have to.
 */
export function trySemop(id: number, operations: Region, count: number): number {
  return framed(id, operations, count, 0);
}

/** semop(2) that blocks the thread until `deadline` (performance.now()): then -ETIMEDOUT. */
export function semop(id: number, operations: Region, count: number, deadline: number): number {
  for (;;) {
    const answer = framed(id, operations, count, sliceUntil(deadline));
    if (answer !== EINTR) return answer;
    if (performance.now() >= deadline) return ETIMEDOUT;
  }
}

/** Writes the arguments of semop where the addon reads them, and calls. */
function framed(id: number, operations: Region, count: number, sliceMs: number): number {
  const words = frame();
  words[0] = id;
  words[1] = operations.id;
  words[2] = 0;
  words[3] = count;
  words[4] = sliceMs;
  return addon().semop();
}

/** semctl(2) with GETVAL, GETPID, GETNCNT, GETZCNT, SETVAL or IPC_RMID. */
export function semctl(id: number, index: number, command: number, value = 0): number {
  return addon().semctl(id, index, command, value);
}

/** semctl(2) with what fills or reads a structure; `about` is used from its beginning. */
export function semctlAbout(id: number, command: number, about: Region): number {
  return addon().semctlAbout(id, command, about.id, 0);
}

/** semctl(2) with GETALL or SETALL of `count` values of 16 bits at the beginning of `values`. */
export function semctlAll(id: number, command: number, values: Region, count: number): number {
  return addon().semctlAll(id, command, values.id, 0, count);
}

/** semctl(2) with GETPID, GETNCNT or GETZCNT of each of the first `count`; 4 bytes each in `answers`. */
export function semctlEach(id: number, command: number, answers: Region, count: number): number {
  return addon().semctlEach(id, command, answers.id, 0, count);
}
