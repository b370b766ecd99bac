/** What a thread that is blocked in flock(2) or fcntl(2) asks for. */
import type { View } from "../../io/room.ts";
import type { DescriptorWait } from "../../io/seeing/descriptor-waits.ts";
import { decodeFlock, type FlockLayout, flockBytes, type RequestedLock } from "../../wire/flock.ts";
import type { LockLine } from "../../wire/proc/locks.ts";

/** As a line of /proc/locks would have it. */
export interface Requested extends LockLine {
  /** False where the range could not be read or worked out. */
  readonly isKnown: boolean;
}

/** LOCK_EX of flock(2), beside LOCK_NB. */
const LOCK_EX = 2n;
/** F_OFD_SETLKW and F_SETLKW64: include/uapi/asm-generic/fcntl.h. */
const F_OFD_SETLKW = 38n;
const F_SETLKW64 = 14n;

/** The line of the thread's request, made from the arguments of its call. */
export function requestedBy(view: View, thread: DescriptorWait): Requested {
  const { call, process } = thread;
  const about = { id: 0, level: 1, state: "ADVISORY", major: null, minor: null, inode: null };
  if (call.name === "flock") {
    const access = ((call.arguments[1] ?? 0n) & LOCK_EX) !== 0n ? "WRITE" : "READ";
    return {
      ...about,
      type: "FLOCK",
      access,
      pid: process.pid,
      start: 0,
      end: null,
      isKnown: true,
    };
  }
  const command = call.arguments[1] ?? 0n;
  const isOfd = command === F_OFD_SETLKW;
  const lock = structureOf(view, thread, command);
  const range = lock && rangeOf(lock, thread.descriptor.info ?? "");
  const access = lock?.access === "read" ? "READ" : "WRITE";
  const [type, pid] = isOfd ? ["OFDLCK", -1] : ["POSIX", process.pid];
  const isKnown = range !== undefined;
  return { ...about, type, access, pid, ...(range ?? { start: 0, end: null }), isKnown };
}

function structureOf(
  view: View,
  { tid, call }: DescriptorWait,
  command: bigint,
): RequestedLock | undefined {
  const narrow = command === F_SETLKW64 || command === F_OFD_SETLKW ? "narrow-64" : "narrow";
  const layout: FlockLayout = call.bits === 64 ? "wide" : narrow;
  const memory = view.readMemory(tid, call.arguments[2] ?? 0n, flockBytes[layout]);
  return memory && decodeFlock(memory, layout);
}

/** Undefined where it is counted from the end, which nobody but the file system knows. */
function rangeOf(lock: RequestedLock, info: string): Pick<LockLine, "start" | "end"> | undefined {
  const position = /^pos:\t(\d{1,19})$/m.exec(info)?.[1];
  if (lock.from === "end" || (lock.from === "position" && position === undefined)) return undefined;
  const from = lock.start + (lock.from === "position" ? BigInt(position ?? 0) : 0n);
  if (lock.length === 0n) return { start: plain(from), end: null };
  const [first, last] =
    lock.length > 0n ? [from, from + lock.length - 1n] : [from + lock.length, from - 1n];
  return { start: plain(first), end: plain(last) };
}

function plain(value: bigint): number | bigint {
  return value >= 0n && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
