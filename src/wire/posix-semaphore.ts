/** A sem_t of 64-bit C libraries, glibc (struct new_sem) and musl alike, in memory. Pure. */

/** A POSIX semaphore at one moment. */
export interface PosixSemaphore {
  readonly value: number;
  /** How many threads wait, by the C library's own count. */
  readonly waiters: number;
}

/** sizeof(sem_t) where a long has 64 bits. */
export const POSIX_SEMAPHORE_BYTES = 32;

/** What is read of one. */
export const POSIX_SEMAPHORE_READ_BYTES = 8;

/**
 * Undefined where there are too few bytes. musl keeps in the highest bit of the value that somebody
 * waits; no value reaches it.
 */
export function decodePosixSemaphore(bytes: Uint8Array): PosixSemaphore | undefined {
  if (bytes.length < POSIX_SEMAPHORE_READ_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { value: view.getUint32(0, true) & 0x7fffffff, waiters: view.getUint32(4, true) };
}
