/** What the semaphores of a System V set say of themselves: values, last operators, waiters. */
import { createRegion, type Region, releaseRegion } from "../../sys/region.ts";
import {
  GETALL,
  GETNCNT,
  GETPID,
  GETVAL,
  GETZCNT,
  SETALL,
  SETVAL,
  semctl,
  semctlAll,
  semctlEach,
} from "../../sys/sem.ts";
import { handleRefusal } from "./sysv-errors.ts";

/** How many threads wait for one semaphore. */
export interface SysvSemaphoreWaiters {
  /** Until it is higher (GETNCNT). */
  readonly increase: number;
  /** Until it is zero (GETZCNT). */
  readonly zero: number;
}

/** A set, as far as its values are concerned. */
export interface SetName {
  readonly id: number;
  readonly count: number;
}

/** GETVAL. @throws SystemError EACCES, EIDRM, EINVAL (no such index) */
export function oneValueOf(set: SetName, index: number): number {
  return ask(set, index, GETVAL);
}

/** GETPID: who changed it last; 0 if nobody did, or a process of another PID namespace. */
export function lastPidOf(set: SetName, index: number): number {
  return ask(set, index, GETPID);
}

/** GETNCNT, GETZCNT: two system calls, between which time passes. */
export function waitersOf(set: SetName, index: number): SysvSemaphoreWaiters {
  return { increase: ask(set, index, GETNCNT), zero: ask(set, index, GETZCNT) };
}

/** Who used a semaphore last, and how many wait for it. */
export interface SemaphoreUse extends SysvSemaphoreWaiters {
  /** As lastPidOf() gives it. */
  readonly lastPid: number;
}

/** The use of the first `most` semaphores of a set. @throws SystemError EACCES, EIDRM */
export function usesOf({ id, count }: SetName, most: number): SemaphoreUse[] {
  const asked = Math.min(count, most);
  const memory = createRegion(4 * Math.max(1, asked));
  const askEach = (command: number): number[] => {
    const answer = semctlEach(id, command, memory, asked);
    if (answer < 0) throw handleRefusal(answer, "semctl", { id });
    return [...memory.words.subarray(0, asked)];
  };
  try {
    const [increase, zero] = [askEach(GETNCNT), askEach(GETZCNT)];
    return askEach(GETPID).map((lastPid, index) => {
      return { lastPid, increase: increase[index] ?? 0, zero: zero[index] ?? 0 };
    });
  } finally {
    releaseRegion(memory);
  }
}

/** SETVAL. @throws SystemError EACCES, EIDRM, EINVAL (no such index), ERANGE */
export function setValueOf(set: SetName, index: number, value: number): void {
  ask(set, index, SETVAL, value);
}

function ask({ id, count }: SetName, index: number, command: number, value = 0): number {
  const answer = semctl(id, index, command, value);
  if (answer < 0) throw handleRefusal(answer, "semctl", { id, count });
  return answer;
}

/** GETALL: all of the same moment. @throws SystemError EACCES, EIDRM */
export function valuesOf({ id, count }: SetName): number[] {
  const memory = memoryFor(count);
  try {
    const answer = semctlAll(id, GETALL, memory, count);
    if (answer < 0) throw handleRefusal(answer, "semctl", { id });
    return [...halvesOf(memory, count)];
  } finally {
    giveBack(memory);
  }
}

/** SETALL: as many as the set has. @throws SystemError EACCES, EIDRM, ERANGE */
export function setValuesOf({ id, count }: SetName, values: readonly number[]): void {
  const memory = memoryFor(count);
  try {
    halvesOf(memory, count).set(values);
    const answer = semctlAll(id, SETALL, memory, count);
    if (answer < 0) throw handleRefusal(answer, "semctl", { id });
  } finally {
    giveBack(memory);
  }
}

const VALUES_KEPT = 1024;

let shared: Region | undefined;

/** Sets are seldom large: memory for most is shared by all calls, none of which waits. */
function memoryFor(count: number): Region {
  if (count > VALUES_KEPT) return createRegion(count * 2);
  shared ??= createRegion(VALUES_KEPT * 2);
  return shared;
}

function giveBack(memory: Region): void {
  if (memory !== shared) releaseRegion(memory);
}

function halvesOf({ view }: Region, count: number): Uint16Array {
  return new Uint16Array(view.buffer, 0, count);
}
