/** The limits of System V semaphores in this process's IPC namespace, and their use. */
import { checkCount } from "../../io/sysv/options.ts";
import {
  readSysctl,
  readSysctlNumber,
  writeSysctl,
  writeSysctlNumber,
} from "../../io/sysv/sysctl.ts";
import { SystemError, wrongType } from "../../sys/errors.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { SEM_INFO, SEMCTL_BYTES, semctlAbout } from "../../sys/sem.ts";
import { IPC_INFO } from "../../sys/sysv.ts";
import { decodeSeminfo, type Seminfo } from "../../wire/sysv/semid-ds.ts";

/** @see sysvipc(7), semget(2), proc(5) under /proc/sys/kernel/sem */
export interface SysvSemaphoreLimits {
  /** Semaphores in one set (kernel.sem's first number, SEMMSL). */
  readonly semaphoresPerSetMax: number;
  /** Semaphores in all sets of the namespace (kernel.sem's second number, SEMMNS). */
  readonly semaphoresMax: number;
  /** Operations in one operate() (kernel.sem's third number, SEMOPM). */
  readonly operationsMax: number;
  /** Sets in the namespace (kernel.sem's fourth number, SEMMNI). */
  readonly setsMax: number;
  /** The highest value of a semaphore (SEMVMX); also of what is undone at the end of a process. */
  readonly valueMax: number;
  /** The id that the next new set is to get (kernel.sem_next_id); -1 when the kernel chooses. */
  readonly nextId: number | undefined;
  /** Sets that exist. */
  readonly sets: number;
  /** Semaphores in all of them. */
  readonly semaphores: number;
}

/** What can be changed, for the whole IPC namespace: it needs CAP_SYS_ADMIN there. */
export interface SysvSemaphoreLimitsChange {
  readonly semaphoresPerSetMax?: number | undefined;
  readonly semaphoresMax?: number | undefined;
  readonly operationsMax?: number | undefined;
  readonly setsMax?: number | undefined;
  /**
   * For restoring a checkpoint: needs CAP_CHECKPOINT_RESTORE. The kernel resets it when used; -1
   * resets it at once.
   */
  readonly nextId?: number | undefined;
}

let about: Region | undefined;

/** Reads them all (IPC_INFO, SEM_INFO). */
export function sysvSemaphoreLimits(): SysvSemaphoreLimits {
  const limits = info(IPC_INFO);
  const use = info(SEM_INFO);
  return {
    semaphoresPerSetMax: limits.semaphoresPerSetMax,
    semaphoresMax: limits.semaphoresMax,
    operationsMax: limits.operationsMax,
    setsMax: limits.setsMax,
    valueMax: limits.valueMax,
    nextId: readSysctlNumber("kernel/sem_next_id"),
    sets: use.usedSets,
    semaphores: use.usedSemaphores,
  };
}

/** SEMOPM alone, in one system call. */
export function operationsMax(): number {
  return info(IPC_INFO).operationsMax;
}

function info(command: number): Seminfo {
  about ??= createRegion(SEMCTL_BYTES);
  const answer = semctlAbout(0, command, about);
  if (answer < 0) throw new SystemError(answer, "semctl");
  return decodeSeminfo(about.view);
}

/** The four numbers of kernel.sem, in its order. */
const NAMES = ["semaphoresPerSetMax", "semaphoresMax", "operationsMax", "setsMax"] as const;

/**
 * Changes limits of this IPC namespace through /proc/sys/kernel. Those of kernel.sem are written
 * together, the ones not named as they were: what somebody else changes at the same moment is lost.
 * @throws SystemError EACCES, EPERM, EINVAL, EROFS; TypeError; RangeError
 */
export function setSysvSemaphoreLimits(change: SysvSemaphoreLimitsChange): void {
  if (typeof change !== "object" || change === null) throw wrongType("change", "an object", change);
  const { nextId } = change;
  const wanted = NAMES.map((name) => change[name]);
  for (const [place, name] of NAMES.entries()) checkCount(name, wanted[place], 2 ** 31 - 1);
  if (wanted.some((value) => value !== undefined)) writeFour(wanted);
  writeSysctlNumber("kernel/sem_next_id", "nextId", nextId, [-1, 2 ** 31 - 1]);
}

function writeFour(wanted: readonly (number | undefined)[]): void {
  const now = readSysctl("kernel/sem")?.split(/\s+/) ?? [];
  writeSysctl("kernel/sem", wanted.map((value, place) => value ?? now[place]).join(" "));
}
