/** Who has the mutex that a thread waits for, where its word or what lies beside it says so. */
import type { View } from "../../io/room.ts";
import type { Owner } from "../../io/schema.ts";
import type { FutexWait } from "../../io/seeing/futex-waits.ts";
import { oncePerView } from "../../io/seeing/once.ts";
import {
  decodeGlibcMutex,
  FUTEX_TID_MASK,
  FUTEX_WAITERS,
  plausibleMutex,
} from "../../wire/futex.ts";
import type { Process } from "../../wire/proc/process-table.ts";

/** What a word says of its owner, before anybody has looked whether there is such a thread. */
export interface Claim {
  readonly tid: number;
  readonly via: string;
  /** The kernel tells the next one when the owner ends. */
  readonly isRobust: boolean;
  /** True where more than the word itself speaks for it: enough to say that the owner is gone. */
  readonly isSure: boolean;
}

/** glibc's mutexes wait for the word to change from this: locked, with waiters. */
const LOCKED_WITH_WAITERS = 2;

/** True for a wait in which there may be an owner: of all others the memory need not be read. */
export function mayHaveOwner({ operation, expected = 0 }: FutexWait): boolean {
  return operation === "lock" || expected === LOCKED_WITH_WAITERS || expected >= FUTEX_WAITERS;
}

/** What the bytes at the word say; undefined where they tell of no owner. */
export function claimIn(memory: Uint8Array, wait: FutexWait): Claim | undefined {
  if (memory.length < 4) return undefined;
  const word = new DataView(memory.buffer, memory.byteOffset).getUint32(0, true);
  const tid = word & FUTEX_TID_MASK;
  if (wait.operation === "lock") {
    return tid === 0 ? undefined : { tid, via: "PI futex", isRobust: true, isSure: true };
  }
  const mutex = decodeGlibcMutex(memory, wait.call.bits);
  const held = mutex && plausibleMutex(mutex, wait.place !== undefined);
  if (held !== undefined && held.isRobust === (wait.expected ?? 0) >= FUTEX_WAITERS) {
    return { tid: held.owner, via: "glibc mutex", isRobust: held.isRobust, isSure: true };
  }
  // The word of any robust futex names its owner: that is what the kernel asks of it (robust_futexes).
  const isRobust = (wait.expected ?? 0) >= FUTEX_WAITERS && word >= FUTEX_WAITERS && tid !== 0;
  return isRobust ? { tid, via: "robust futex", isRobust, isSure: false } : undefined;
}

/** The processes by the numbers of their threads. */
const byThread = oncePerView((view) => {
  const threads = new Map<number, Process>();
  for (const process of view.processes.processes.values()) {
    for (const { tid } of process.threads) threads.set(tid, process);
  }
  return threads;
});

/** An owner whom we see, or one of whom we know that there is none any more. */
export type Known = { readonly owner: Owner } | { readonly goneTid: number };

/**
 * Undefined where the claim cannot be held against the table: a thread's number means another thread,
 * or none, in another PID namespace.
 */
export function knownOwner(view: View, wait: FutexWait, claim: Claim): Known | undefined {
  const { tid, via } = claim;
  if (!isOfOurs(view, wait.process)) return undefined;
  const process = byThread(view).get(tid);
  if (process === undefined)
    return claim.isSure && hasEnded(view, tid) ? { goneTid: tid } : undefined;
  if (!isOfOurs(view, process) || !hasWord(process, wait)) return undefined;
  return { owner: { pid: process.pid, tid, via } };
}

/** One that has ended keeps its number until its parent has asked for it, but has no threads. */
function hasEnded(view: View, tid: number): boolean {
  const state = view.processes.processes.get(tid)?.state;
  return state === "Z" || state === "X" || view.isGone(tid);
}

function isOfOurs({ namespaces }: View, process: Process): boolean {
  return namespaces.pid !== null && process.namespaces.get("pid") === namespaces.pid;
}

/** Only who has the memory can have locked what lies in it. */
function hasWord(process: Process, { process: waiter, place }: FutexWait): boolean {
  if (place === undefined) return process.pid === waiter.pid;
  if (place.memory === undefined) return true;
  return place.memory.mappings.some((mapped) => mapped.process.pid === process.pid);
}
