/**
 * struct shmid_ds, struct shminfo and struct shm_info as the kernel lays them out on its 64-bit
 * little-endian architectures (include/uapi/asm-generic/{ipcbuf,shmbuf}.h, linux/shm.h). Pure.
 */
import { decodeIpcPerm, encodeIpcPerm, type IpcPerm } from "./ipc-perm.ts";

/** Every field of struct shmid_ds (shmctl(2)), in plain words. Times are seconds since 1970. */
export interface ShmidDs extends IpcPerm {
  readonly sizeBytes: bigint;
  readonly attachedTime: bigint;
  readonly detachedTime: bigint;
  readonly changedTime: bigint;
  readonly creatorPid: number;
  /** Who attached or detached last. */
  readonly lastPid: number;
  readonly attachments: bigint;
}

/** Size of struct shmid_ds. */
export const SHMID_DS_BYTES = 112;

/** Reads a struct shmid_ds of at least SHMID_DS_BYTES. */
export function decodeShmidDs(view: DataView): ShmidDs {
  return {
    ...decodeIpcPerm(view),
    sizeBytes: view.getBigUint64(48, true),
    attachedTime: view.getBigInt64(56, true),
    detachedTime: view.getBigInt64(64, true),
    changedTime: view.getBigInt64(72, true),
    creatorPid: view.getInt32(80, true),
    lastPid: view.getInt32(84, true),
    attachments: view.getBigUint64(88, true),
  };
}

/** Writes every field; what decodeShmidDs does not read is left as it is. */
export function encodeShmidDs(view: DataView, segment: ShmidDs): void {
  encodeIpcPerm(view, segment);
  view.setBigUint64(48, segment.sizeBytes, true);
  view.setBigInt64(56, segment.attachedTime, true);
  view.setBigInt64(64, segment.detachedTime, true);
  view.setBigInt64(72, segment.changedTime, true);
  view.setInt32(80, segment.creatorPid, true);
  view.setInt32(84, segment.lastPid, true);
  view.setBigUint64(88, segment.attachments, true);
}

/** struct shminfo64, which IPC_INFO fills: the limits. */
export interface Shminfo {
  readonly segmentBytesMax: bigint;
  readonly segmentBytesMin: bigint;
  readonly segmentsMax: bigint;
  /** SHMSEG, segments a process: no limit of its own, the same as segmentsMax. */
  readonly segmentsPerProcessMax: bigint;
  /** Of all segments together, in pages. */
  readonly pagesMax: bigint;
}

/** Size of struct shminfo64. */
export const SHMINFO_BYTES = 72;

/** Reads a struct shminfo64 of at least SHMINFO_BYTES. */
export function decodeShminfo(view: DataView): Shminfo {
  return {
    segmentBytesMax: view.getBigUint64(0, true),
    segmentBytesMin: view.getBigUint64(8, true),
    segmentsMax: view.getBigUint64(16, true),
    segmentsPerProcessMax: view.getBigUint64(24, true),
    pagesMax: view.getBigUint64(32, true),
  };
}

/** struct shm_info, which SHM_INFO fills: the use, in pages. */
export interface ShmUse {
  readonly segments: number;
  readonly pages: bigint;
  readonly residentPages: bigint;
  readonly swappedPages: bigint;
  /** Nothing has counted these two since Linux 2.4. */
  readonly swapAttempts: bigint;
  readonly swapSuccesses: bigint;
}

/** Size of struct shm_info. */
export const SHM_USE_BYTES = 48;

/** Reads a struct shm_info of at least SHM_USE_BYTES. */
export function decodeShmUse(view: DataView): ShmUse {
  return {
    segments: view.getInt32(0, true),
    pages: view.getBigUint64(8, true),
    residentPages: view.getBigUint64(16, true),
    swappedPages: view.getBigUint64(24, true),
    swapAttempts: view.getBigUint64(32, true),
    swapSuccesses: view.getBigUint64(40, true),
  };
}
