/** System V shared memory, a call a line: results are >= 0 or -errno. */
import { addon } from "./addon.ts";
import type { Region } from "./region.ts";

export const SHM_HUGETLB = 0o4000;
export const SHM_NORESERVE = 0o10000;
/** Where in the flags the logarithm of a huge page's size stands. */
export const SHM_HUGE_SHIFT = 26;

export const SHM_RDONLY = 0o10000;
export const SHM_RND = 0o20000;
export const SHM_REMAP = 0o40000;
export const SHM_EXEC = 0o100000;

export const SHM_LOCK = 11;
export const SHM_UNLOCK = 12;
export const SHM_STAT = 13;
export const SHM_INFO = 14;
export const SHM_STAT_ANY = 15;

/** Bits of a segment's mode: removed once nobody has it attached; not swapped. */
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;

/** Bytes that shmctl may read or write. */
export const SHMCTL_BYTES = 128;

/** @see shmget(2) */
export function shmget(key: number, sizeBytes: number, flags: number): number {
  return addon().shmget(key | 0, sizeBytes, flags);
}

/**
 * shmat(2) where the kernel likes, or (SHM_REMAP) at an offset of a reserved range. The number of a
 * mapping, which is detached by closing it.
 */
export function shmat(id: number, flags: number, range = -1, offset = 0): number {
  return addon().shmat(id, flags, range, offset);
}

/** @see shmctl(2); `about` is read or written from its beginning. */
export function shmctl(id: number, command: number, about: Region): number {
  return addon().shmctl(id, command, about.id, 0);
}
