/**
 * Who waits in futex(2) and its kin, and in which memory the word lies that is waited on. A word in
 * shared memory may be of a futex or of a semaphore: the rooms tell that by the memory.
 */
import {
  decodeFutexWaiters,
  FUTEX_CLOCK_REALTIME,
  FUTEX_LOCK_PI,
  FUTEX_LOCK_PI2,
  FUTEX_PRIVATE,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAIT_REQUEUE_PI,
  FUTEX_WAITER_BYTES,
} from "../../wire/futex.ts";
import type { Mapping } from "../../wire/proc/maps.ts";
import type { View } from "../room.ts";
import { type BlockedThread, blockedThreads, isStillThere } from "./blocked.ts";
import { type MemoryObject, memoryKey, memoryObjects } from "./memory-objects.ts";
import { oncePerView } from "./once.ts";

/** A thread, and a word that it waits on. */
export interface FutexWait extends BlockedThread {
  /** Of the word, in the memory of the one who waits. */
  readonly address: bigint;
  /** "lock": the kernel itself gives it the mutex whose word this is (FUTEX_LOCK_PI). */
  readonly operation: "wait" | "lock";
  /** What the word was when the wait began; undefined of a lock. */
  readonly expected: number | undefined;
  readonly isTimed: boolean;
  /** True where the call waits for other words too, and any of them is enough. */
  readonly isOneOf: boolean;
  /** Where other processes find the word; undefined where it is this process's alone. */
  readonly place: SharedPlace | undefined;
}

/** A place in memory that processes share. */
export interface SharedPlace {
  readonly mapping: Mapping;
  /** From the beginning of the object. */
  readonly offset: bigint;
  /** Undefined in what is no memory between processes but shared nevertheless, as a driver's. */
  readonly memory: MemoryObject | undefined;
}

interface Asked {
  readonly address: bigint;
  readonly operation: FutexWait["operation"];
  readonly expected: number | undefined;
  readonly isPrivate: boolean;
}

/** Every wait whose word could be told. */
export const futexWaits: (view: View) => readonly FutexWait[] = oncePerView((view) => [
  ...blockedThreads(view, "futex").flatMap((thread) => placed(view, thread, asked(thread), 3)),
  ...blockedThreads(view, "futex_wait").flatMap((thread) => {
    return placed(view, thread, [askedByFlags(thread)], 4);
  }),
  ...blockedThreads(view, "futex_waitv").flatMap((thread) => {
    return placed(view, thread, askedTogether(view, thread), 3);
  }),
]);

/** The waits on a semaphore: their words lie in its file. */
export function semaphoreWaits(view: View): readonly FutexWait[] {
  return futexWaits(view).filter(({ place }) => place?.memory?.kind === "psem");
}

/** futex(uaddr, op, val, timeout, …) */
function asked({ call }: BlockedThread): Asked[] {
  const [address, op = -1n, value = 0n] = call.arguments;
  const operation = Number(BigInt.asUintN(32, op)) & ~(FUTEX_PRIVATE | FUTEX_CLOCK_REALTIME);
  const isPrivate = (op & BigInt(FUTEX_PRIVATE)) !== 0n;
  if (address === undefined) return [];
  switch (operation) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
      return [{ address, operation: "wait", expected: word(value), isPrivate }];
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
      return [{ address, operation: "lock", expected: undefined, isPrivate }];
    default:
      return [];
  }
}

/** futex_wait(uaddr, val, mask, flags, timeout, clockid) */
function askedByFlags({ call }: BlockedThread): Asked {
  const [address = 0n, value = 0n, , flags = 0n] = call.arguments;
  const isPrivate = (flags & BigInt(FUTEX_PRIVATE)) !== 0n;
  return { address, operation: "wait", expected: word(value), isPrivate };
}

/** FUTEX_WAITV_MAX */
const TOGETHER_MAX = 128;

/** futex_waitv(waiters, nr_futexes, flags, timeout, clockid) */
function askedTogether(view: View, thread: BlockedThread): Asked[] {
  const [pointer, count = 0n] = thread.call.arguments;
  const bytes = Math.min(word(count), TOGETHER_MAX) * FUTEX_WAITER_BYTES;
  const memory = pointer && view.readMemory(thread.tid, pointer, bytes);
  if (!memory || !isStillThere(view, thread)) return [];
  return decodeFutexWaiters(memory).map(({ address, value, flags }) => {
    const isPrivate = (flags & FUTEX_PRIVATE) !== 0;
    return { address, operation: "wait", expected: word(value), isPrivate };
  });
}

function word(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}

function placed(
  view: View,
  thread: BlockedThread,
  all: readonly Asked[],
  timeoutIndex: number,
): FutexWait[] {
  const { process, tid, call, syscall } = thread;
  const isTimed = (call.arguments[timeoutIndex] ?? 0n) !== 0n;
  const isOneOf = all.length > 1;
  return all.map(({ address, operation, expected, isPrivate }) => {
    const place = isPrivate ? undefined : placeOf(view, thread, address);
    // Written out: there may be tens of thousands, and spreading costs ten times as much.
    return { process, tid, call, syscall, address, operation, expected, isTimed, isOneOf, place };
  });
}

function placeOf(view: View, { process }: BlockedThread, address: bigint): SharedPlace | undefined {
  const mapping = mappingAt(process.mappings ?? [], address);
  if (mapping === undefined) return undefined;
  const key = memoryKey(view, process, mapping);
  const memory = key === undefined ? undefined : memoryObjects(view).get(key);
  return { mapping, offset: address - mapping.start + mapping.offset, memory };
}

/** They are in order, as the kernel shows them. */
function mappingAt(mappings: readonly Mapping[], address: bigint): Mapping | undefined {
  let [low, high] = [0, mappings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const mapping = mappings[middle];
    if (mapping === undefined) return undefined;
    if (address < mapping.start) high = middle;
    else if (address >= mapping.end) low = middle + 1;
    else return mapping;
  }
  return undefined;
}
