/** What the kernel tells about System V shared memory: one segment, or all. */

import type { SysvOwnerChange } from "../../io/sysv/options.ts";
import { dateOf, dateOrNever } from "../../io/sysv/time.ts";
import { errnoOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import * as sys from "../../sys/shm.ts";
import { IPC_SET, IPC_STAT } from "../../sys/sysv.ts";
import { decodeShmidDs, encodeShmidDs, type ShmidDs } from "../../wire/sysv/shmid-ds.ts";
import { handleRefusal } from "./sysv-errors.ts";

/** Every field of struct shmid_ds. @see shmctl(2) */
export interface SysvSharedMemoryStatus {
  readonly id: number;
  /** Unsigned, 0 to 2^32-1; 0 is IPC_PRIVATE, and what a removed segment has. */
  readonly key: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  /** The permission bits, 0 to 0o777. */
  readonly mode: number;
  /** The sequence number that tells this segment from earlier ones in the same place. */
  readonly sequence: number;
  readonly sizeBytes: number;
  /** How many times it is attached, by all processes together. */
  readonly attachments: number;
  readonly creatorPid: number;
  /** Who attached or detached it last; 0 if nobody did. */
  readonly lastPid: number;
  readonly attachedAt: Date | undefined;
  readonly detachedAt: Date | undefined;
  /** When it was made or last changed by set(). */
  readonly changedAt: Date;
  /** Kept in physical memory (SHM_LOCKED). */
  readonly locked: boolean;
  /** Removed, and gone as soon as nobody has it attached any more (SHM_DEST). */
  readonly removed: boolean;
}

/** What set() may change. */
export type SysvSharedMemoryChange = SysvOwnerChange;

let about: Region | undefined;

/** The memory of shmctl, shared by all calls of it: none of them waits. */
export function shmctlMemory(): Region {
  about ??= createRegion(sys.SHMCTL_BYTES);
  return about;
}

/** IPC_STAT. @throws SystemError EACCES, EIDRM, EINVAL */
export function statSegment(id: number): SysvSharedMemoryStatus {
  const answer = sys.shmctl(id, IPC_STAT, shmctlMemory());
  if (answer < 0) throw handleRefusal(answer, "shmctl", { id });
  return statusOf(id, decodeShmidDs(shmctlMemory().view));
}

/** IPC_STAT, change, IPC_SET. @throws SystemError EPERM, EACCES, EIDRM, EINVAL */
export function setSegment(id: number, change: SysvSharedMemoryChange): void {
  readFor(id);
  const { view } = shmctlMemory();
  const now = decodeShmidDs(view);
  const { uid = now.uid, gid = now.gid, mode = now.mode } = change;
  encodeShmidDs(view, { ...now, uid, gid, mode });
  const set = sys.shmctl(id, IPC_SET, shmctlMemory());
  if (set < 0) throw handleRefusal(set, "shmctl", { id });
}

/** IPC_SET asks for ownership alone: who may not read the segment learns its values otherwise. */
function readFor(id: number): void {
  const answer = sys.shmctl(id, IPC_STAT, shmctlMemory());
  if (answer >= 0) return;
  if (answer !== -errnoOf("EACCES")) throw handleRefusal(answer, "shmctl", { id });
  for (let index = highestIndex(); index >= 0; index--) if (statAt(index) === id) return;
  throw handleRefusal(answer, "shmctl", { id });
}

/**
 * Every segment of this process's IPC namespace, whoever may read it (SHM_STAT_ANY, Linux 4.17;
 * before that SHM_STAT, which leaves out what we may not read).
 * @throws SystemError ENOSYS, EPERM where System V IPC is not to be had
 */
export function listSysvSharedMemory(): SysvSharedMemoryStatus[] {
  const segments: SysvSharedMemoryStatus[] = [];
  const highest = highestIndex();
  for (let index = 0; index <= highest; index++) {
    const id = statAt(index);
    if (id >= 0) segments.push(statusOf(id, decodeShmidDs(shmctlMemory().view)));
  }
  return segments;
}

/** @throws SystemError ENOSYS, EPERM where System V IPC is not to be had */
function highestIndex(): number {
  const highest = sys.shmctl(0, sys.SHM_INFO, shmctlMemory());
  if (highest < 0) throw new SystemError(highest, "shmctl");
  return highest;
}

/** The index is of the kernel's table, which has holes: EINVAL and EIDRM are no errors here. */
function statAt(index: number): number {
  const id = sys.shmctl(index, sys.SHM_STAT_ANY, shmctlMemory());
  return id === -errnoOf("EINVAL") ? sys.shmctl(index, sys.SHM_STAT, shmctlMemory()) : id;
}

/** The kernel's fields in the package's words. */
function statusOf(id: number, segment: ShmidDs): SysvSharedMemoryStatus {
  return {
    id,
    key: segment.key,
    uid: segment.uid,
    gid: segment.gid,
    creatorUid: segment.creatorUid,
    creatorGid: segment.creatorGid,
    mode: segment.mode & 0o777,
    sequence: segment.sequence,
    sizeBytes: Number(segment.sizeBytes),
    attachments: Number(segment.attachments),
    creatorPid: segment.creatorPid,
    lastPid: segment.lastPid,
    attachedAt: dateOrNever(segment.attachedTime),
    detachedAt: dateOrNever(segment.detachedTime),
    changedAt: dateOf(segment.changedTime),
    locked: (segment.mode & sys.SHM_LOCKED) !== 0,
    removed: (segment.mode & sys.SHM_DEST) !== 0,
  };
}
