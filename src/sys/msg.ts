/**
 * System V message queues, a call a line: results are >= 0 or -errno. A message lies in a region as the
 * kernel wants it: the type in the first 8 bytes, then the text.
 */
import { type Addon, addon } from "./addon.ts";
import { errnoOf } from "./errno.ts";
import { frame } from "./frame.ts";
import type { Region } from "./region.ts";
import { sliceUntil } from "./slice.ts";
import { IPC_NOWAIT } from "./sysv.ts";

/** Bytes of a region that stand before a message's text. */
export const TYPE_BYTES = 8;

export const MSG_NOERROR = 0o10000;
export const MSG_EXCEPT = 0o20000;
export const MSG_COPY = 0o40000;

export const MSG_STAT = 11;
export const MSG_INFO = 12;
export const MSG_STAT_ANY = 13;

const EINTR = -errnoOf("EINTR");
const ETIMEDOUT = -errnoOf("ETIMEDOUT");

/** Bytes that msgctl may read or write. */
export const MSGCTL_BYTES = 128;

/** @see msgget(2) */
export function msgget(key: number, flags: number): number {
  return addon().msgget(key | 0, flags);
}

/** msgsnd(2) that never waits: -EAGAIN when the queue is full. */
export function tryMsgsnd(id: number, message: Region, sizeBytes: number): number {
  return framed(id, message, sizeBytes, IPC_NOWAIT, 0).msgsnd();
}

/** msgrcv(2) that never waits: -ENOMSG when there is no such message. */
export function tryMsgrcv(id: number, message: Region, sizeBytes: number, flags: number): number {
  return framed(id, message, sizeBytes, flags | IPC_NOWAIT, 0).msgrcv();
}

/** msgsnd(2) that blocks the thread until `deadline` (performance.now()): then -ETIMEDOUT. */
export function msgsnd(id: number, message: Region, sizeBytes: number, deadline: number): number {
  for (;;) {
    const answer = framed(id, message, sizeBytes, 0, sliceUntil(deadline)).msgsnd();
    if (answer !== EINTR) return answer;
    if (performance.now() >= deadline) return ETIMEDOUT;
  }
}

/** msgrcv(2) that blocks the thread until `deadline` (performance.now()): then -ETIMEDOUT. */
export function msgrcv(
  id: number,
  message: Region,
  sizeBytes: number,
  flags: number,
  deadline: number,
): number {
  for (;;) {
    const answer = framed(id, message, sizeBytes, flags, sliceUntil(deadline)).msgrcv();
    if (answer !== EINTR) return answer;
    if (performance.now() >= deadline) return ETIMEDOUT;
  }
}

/** Writes the arguments of msgsnd and msgrcv where the addon reads them. */
function framed(
  id: number,
  message: Region,
  sizeBytes: number,
  flags: number,
  sliceMs: number,
): Addon {
  const words = frame();
  words[0] = id;
  words[1] = message.id;
  words[2] = 0;
  words[3] = sizeBytes;
  words[4] = flags;
  words[5] = sliceMs;
  return addon();
}

/** @see msgctl(2); `about` is read or written from its beginning. */
export function msgctl(id: number, command: number, about: Region): number {
  return addon().msgctl(id, command, about.id, 0);
}
