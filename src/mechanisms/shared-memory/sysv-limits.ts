/** The limits of System V shared memory in this process's IPC namespace, and their use. */
import { readSysctlNumber, writeSysctl, writeSysctlNumber } from "../../io/sysv/sysctl.ts";
import { outOfRange, SystemError, wrongType } from "../../sys/errors.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { SHM_INFO, SHMCTL_BYTES, shmctl } from "../../sys/shm.ts";
import { IPC_INFO } from "../../sys/sysv.ts";
import { decodeShminfo, decodeShmUse } from "../../wire/sysv/shmid-ds.ts";

/** @see sysvipc(7), proc(5) under /proc/sys/kernel */
export interface SysvSharedMemoryLimits {
  /** Bytes in one segment (kernel.shmmax). */
  readonly segmentBytesMax: bigint;
  /** The least (SHMMIN, 1). */
  readonly segmentBytesMin: number;
  /** Segments in the namespace (kernel.shmmni). */
  readonly segmentsMax: number;
  /** Pages of all segments together (kernel.shmall). */
  readonly pagesMax: bigint;
  /** A segment goes with its last attachment, or its creator (kernel.shm_rmid_forced). */
  readonly removeForced: boolean | undefined;
  /** The id that the next new segment is to get (kernel.shm_next_id); -1: the kernel chooses. */
  readonly nextId: number | undefined;
  /** The group that may make segments of huge pages (vm.hugetlb_shm_group), of the machine. */
  readonly hugePagesGroup: number | undefined;
  /** Segments that exist. */
  readonly segments: number;
  /** Pages of all of them. */
  readonly pages: bigint;
  readonly residentPages: bigint;
  readonly swappedPages: bigint;
  /** Nothing has counted these two since Linux 2.4. */
  readonly swapAttempts: bigint;
  readonly swapSuccesses: bigint;
}

/** What can be changed, for the whole IPC namespace: it needs CAP_SYS_ADMIN there. */
export interface SysvSharedMemoryLimitsChange {
  readonly segmentBytesMax?: number | bigint | undefined;
  readonly segmentsMax?: number | undefined;
  readonly pagesMax?: number | bigint | undefined;
  /** True also removes the segments, not attached, whose creators have ended. */
  readonly removeForced?: boolean | undefined;
  /**
   * For restoring a checkpoint: needs CAP_CHECKPOINT_RESTORE. The kernel resets it when used; -1
   * resets it at once.
   */
  readonly nextId?: number | undefined;
}

let about: Region | undefined;

/** Reads them all (IPC_INFO, SHM_INFO). */
export function sysvSharedMemoryLimits(): SysvSharedMemoryLimits {
  const limits = decodeShminfo(info(IPC_INFO));
  const use = decodeShmUse(info(SHM_INFO));
  const forced = readSysctlNumber("kernel/shm_rmid_forced");
  return {
    segmentBytesMax: limits.segmentBytesMax,
    segmentBytesMin: Number(limits.segmentBytesMin),
    segmentsMax: Number(limits.segmentsMax),
    pagesMax: limits.pagesMax,
    removeForced: forced === undefined ? undefined : forced !== 0,
    nextId: readSysctlNumber("kernel/shm_next_id"),
    hugePagesGroup: readSysctlNumber("vm/hugetlb_shm_group"),
    segments: use.segments,
    pages: use.pages,
    residentPages: use.residentPages,
    swappedPages: use.swappedPages,
    swapAttempts: use.swapAttempts,
    swapSuccesses: use.swapSuccesses,
  };
}

function info(command: number): DataView {
  about ??= createRegion(SHMCTL_BYTES);
  const answer = shmctl(0, command, about);
  if (answer < 0) throw new SystemError(answer, "shmctl");
  return about.view;
}

/**
 * Changes the limits of this IPC namespace through /proc/sys/kernel, one after the other: where one
 * is refused, those before it stay changed.
 * @throws SystemError EACCES, EPERM, EINVAL, EROFS; TypeError; RangeError
 */
export function setSysvSharedMemoryLimits(change: SysvSharedMemoryLimitsChange): void {
  if (typeof change !== "object" || change === null) throw wrongType("change", "an object", change);
  const { segmentBytesMax, segmentsMax, pagesMax, removeForced, nextId } = change;
  writeLong("kernel/shmmax", "segmentBytesMax", segmentBytesMax);
  writeSysctlNumber("kernel/shmmni", "segmentsMax", segmentsMax);
  writeLong("kernel/shmall", "pagesMax", pagesMax);
  if (removeForced !== undefined) writeSysctl("kernel/shm_rmid_forced", removeForced ? "1" : "0");
  writeSysctlNumber("kernel/shm_next_id", "nextId", nextId, [-1, 2 ** 31 - 1]);
}

/** These two are unsigned longs. */
function writeLong(name: string, what: string, value: number | bigint | undefined): void {
  if (value === undefined) return;
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw wrongType(what, "a number or a bigint", value);
  }
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (!isWhole || value < 0 || value >= 2n ** 64n) throw outOfRange(what, "0 to 2^64-1", value);
  writeSysctl(name, String(value));
}
