/** What the kernel tells about System V semaphore sets: one of them, or all. */
import type { SysvOwnerChange } from "../../io/sysv/options.ts";
import { dateOf, dateOrNever } from "../../io/sysv/time.ts";
import { errnoOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import {
  SEM_INFO,
  SEM_STAT,
  SEM_STAT_ANY,
  SEMCTL_BYTES,
  semctl,
  semctlAbout,
} from "../../sys/sem.ts";
import { IPC_RMID, IPC_SET, IPC_STAT } from "../../sys/sysv.ts";
import {
  decodeSemidDs,
  encodeSemidDs,
  type SemidDs,
  semidDsLayout,
} from "../../wire/sysv/semid-ds.ts";
import { handleRefusal } from "./sysv-errors.ts";

/** Every field of struct semid_ds. @see semctl(2) */
export interface SysvSemaphoreSetStatus {
  readonly id: number;
  /** Unsigned, 0 to 2^32-1; 0 is IPC_PRIVATE. */
  readonly key: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  /** The permission bits, 0 to 0o777. */
  readonly mode: number;
  /** The sequence number that tells this set from earlier ones in the same place. */
  readonly sequence: number;
  /** How many semaphores it has. */
  readonly count: number;
  /** When an operation was last done (sem_otime); undefined before the first one. */
  readonly operatedAt: Date | undefined;
  /** When it was made, or last changed by set(), setValue() or setAll(). */
  readonly changedAt: Date;
}

/** What set() may change. */
export type SysvSemaphoreSetChange = SysvOwnerChange;

const layout = semidDsLayout(process.arch);
const EACCES = -errnoOf("EACCES");

let about: Region | undefined;

/** The memory of semctl, shared by all calls of it: none of them waits. */
function memory(): Region {
  about ??= createRegion(SEMCTL_BYTES);
  return about;
}

/** IPC_STAT. @throws SystemError EACCES, EIDRM, EINVAL */
export function statSet(id: number): SysvSemaphoreSetStatus {
  const answer = semctlAbout(id, IPC_STAT, memory());
  if (answer < 0) throw handleRefusal(answer, "semctl", { id });
  return statusOf(id, decodeSemidDs(memory().view, layout));
}

/**
 * The status of a set also where its mode does not let us read it (SEM_STAT_ANY, Linux 4.17).
 * @returns -errno when there is none to be had
 */
export function tryStatAnySet(id: number): SysvSemaphoreSetStatus | number {
  const answer = readAny(id);
  return answer < 0 ? answer : statusOf(id, decodeSemidDs(memory().view, layout));
}

/** IPC_STAT, change, IPC_SET. @throws SystemError EPERM, EACCES, EIDRM, EINVAL */
export function setSet(id: number, change: SysvSemaphoreSetChange): void {
  const answer = readAny(id);
  if (answer < 0) throw handleRefusal(answer, "semctl", { id });
  const { view } = memory();
  const now = decodeSemidDs(view, layout);
  const { uid, gid, mode } = change;
  const owner = { uid: uid ?? now.uid, gid: gid ?? now.gid, mode: mode ?? now.mode };
  encodeSemidDs(view, { ...now, ...owner }, layout);
  const set = semctlAbout(id, IPC_SET, memory());
  if (set < 0) throw handleRefusal(set, "semctl", { id });
}

/** IPC_RMID. @throws SystemError EPERM, EIDRM */
export function removeSet(id: number): void {
  const answer = semctl(id, 0, IPC_RMID);
  if (answer < 0) throw handleRefusal(answer, "semctl", { id });
}

/** IPC_SET asks for ownership alone: who may not read the set learns its fields by SEM_STAT_ANY. */
function readAny(id: number): number {
  const answer = semctlAbout(id, IPC_STAT, memory());
  if (answer !== EACCES) return answer;
  for (let index = highestIndex(); index >= 0; index--) if (statAt(index) === id) return 0;
  return answer;
}

/**
 * Every set of this process's IPC namespace, whoever may read it (SEM_STAT_ANY, Linux 4.17; before
 * that SEM_STAT, which leaves out what we may not read).
 * @throws SystemError ENOSYS, EPERM where System V IPC is not to be had
 */
export function listSysvSemaphoreSets(): SysvSemaphoreSetStatus[] {
  const sets: SysvSemaphoreSetStatus[] = [];
  const highest = highestIndex();
  for (let index = 0; index <= highest; index++) {
    const id = statAt(index);
    if (id >= 0) sets.push(statusOf(id, decodeSemidDs(memory().view, layout)));
  }
  return sets;
}

/** @throws SystemError ENOSYS, EPERM where System V IPC is not to be had */
function highestIndex(): number {
  const highest = semctlAbout(0, SEM_INFO, memory());
  if (highest < 0) throw new SystemError(highest, "semctl");
  return highest;
}

/** The index is of the kernel's table, which has holes: EINVAL and EIDRM are no errors here. */
function statAt(index: number): number {
  const id = semctlAbout(index, SEM_STAT_ANY, memory());
  return id === -errnoOf("EINVAL") ? semctlAbout(index, SEM_STAT, memory()) : id;
}

/** The kernel's fields in the package's words. */
export function statusOf(id: number, set: SemidDs): SysvSemaphoreSetStatus {
  return {
    id,
    key: set.key,
    uid: set.uid,
    gid: set.gid,
    creatorUid: set.creatorUid,
    creatorGid: set.creatorGid,
    mode: set.mode & 0o777,
    sequence: set.sequence,
    count: Number(set.count),
    operatedAt: dateOrNever(set.operatedTime),
    changedAt: dateOf(set.changedTime),
  };
}
