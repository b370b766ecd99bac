/** What futex(2) and the mutexes built on it keep in memory. Pure. */

/** What futex(2) is told to do, without its flags (include/uapi/linux/futex.h). */
export const FUTEX_WAIT = 0;
export const FUTEX_LOCK_PI = 6;
export const FUTEX_WAIT_BITSET = 9;
export const FUTEX_WAIT_REQUEUE_PI = 11;
export const FUTEX_LOCK_PI2 = 13;
/** Added to the operation, and in the flags of futex_waitv(2): of this process alone. */
export const FUTEX_PRIVATE = 128;
/** Added to the operation: the timeout is by the clock of the day. */
export const FUTEX_CLOCK_REALTIME = 256;

/** In the word of a mutex that the kernel helps with: somebody waits. */
export const FUTEX_WAITERS = 0x80000000;
/** In such a word: who held it ended without unlocking. */
export const FUTEX_OWNER_DIED = 0x40000000;
/** In such a word: the thread that holds it. */
export const FUTEX_TID_MASK = 0x3fffffff;

/** One struct futex_waitv. */
export interface FutexWaiter {
  readonly value: bigint;
  readonly address: bigint;
  readonly flags: number;
}

/** Bytes of a struct futex_waitv, on every architecture. */
export const FUTEX_WAITER_BYTES = 24;

/** As many as there are; what is left of an incomplete one is passed over. */
export function decodeFutexWaiters(bytes: Uint8Array): readonly FutexWaiter[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / FUTEX_WAITER_BYTES) }, (_, index) => {
    const at = index * FUTEX_WAITER_BYTES;
    const [value, address] = [view.getBigUint64(at, true), view.getBigUint64(at + 8, true)];
    return { value, address, flags: view.getUint32(at + 16, true) };
  });
}

/** A pthread_mutex_t of glibc (sysdeps/nptl/bits/struct_mutex.h), as far as it says who has it. */
export interface GlibcMutex {
  /** The word that is waited on: 0 free, 1 locked, 2 locked with waiters; or as the kernel has it. */
  readonly lock: number;
  readonly count: number;
  /** The thread that holds it; 0: none. */
  readonly owner: number;
  readonly users: number;
  readonly kind: number;
}

/** What is read of one. */
export const GLIBC_MUTEX_BYTES = 20;

/** Undefined where there are too few bytes. */
export function decodeGlibcMutex(bytes: Uint8Array, bits: 32 | 64): GlibcMutex | undefined {
  if (bytes.length < GLIBC_MUTEX_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [users, kind] = bits === 64 ? [12, 16] : [16, 12];
  return {
    lock: view.getUint32(0, true),
    count: view.getUint32(4, true),
    owner: view.getUint32(8, true),
    users: view.getUint32(users, true),
    kind: view.getUint32(kind, true),
  };
}

/** In the kind of a mutex (nptl/pthreadP.h). */
const KIND_ROBUST = 16;
const KIND_SHARED = 128;
/** Which of four types it is, those two, priorities (32, 64), and whether it elides (256, 512). */
const KIND_MASK = 3 | KIND_ROBUST | 32 | 64 | KIND_SHARED | 256 | 512;

/** What the bytes at a word say, where they may well be a mutex that somebody holds. */
export interface PlausibleMutex {
  readonly owner: number;
  readonly isRobust: boolean;
}

/** The highest number that a thread can have. */
const TID_MAX = 2 ** 22;

/**
 * Undefined for what cannot be a glibc mutex that is held; what has passed may still be something else,
 * unless the owner is seen to live.
 * @param isShared whether the waiter waits as for a mutex between processes
 */
export function plausibleMutex(
  { lock, owner, users, kind }: GlibcMutex,
  isShared: boolean,
): PlausibleMutex | undefined {
  const isKind = (kind & ~KIND_MASK) === 0;
  if (!isKind || (kind & KIND_SHARED) !== (isShared ? KIND_SHARED : 0)) return undefined;
  if (owner < 1 || owner > TID_MAX || users < 1) return undefined;
  const isRobust = (kind & KIND_ROBUST) !== 0;
  if (isRobust ? (lock & FUTEX_TID_MASK) !== owner : lock !== 2) return undefined;
  return { owner, isRobust };
}
