/**
 * Operations on a System V semaphore set, and the memory in which they cross to the kernel: an array
 * of struct sembuf. Each call borrows memory, as some wait, and as reading the caller's operations
 * may run code of the caller's that makes other calls.
 */
import { checkOptions } from "../../io/wait-options.ts";
import { errnoOf } from "../../sys/errno.ts";
import { outOfRange, wrongType } from "../../sys/errors.ts";
import { createRegion, type Region, releaseRegion } from "../../sys/region.ts";
import { SEM_UNDO, SEMBUF_BYTES } from "../../sys/sem.ts";
import { IPC_NOWAIT } from "../../sys/sysv.ts";
import { operationRefusal } from "./sysv-errors.ts";
import { operationsMax } from "./sysv-limits.ts";
import { checkAmount, checkIndex } from "./sysv-options.ts";
import type { SetName } from "./sysv-values.ts";

/** What is to be done to one semaphore. @see semop(2) */
export interface SysvOperation {
  /** Which semaphore, counted from 0. */
  readonly index: number;
  /** Above 0: adds. Below 0: takes, when there is as much. 0: waits for zero. -32768 to 32767. */
  readonly by: number;
  /**
   * Undone when this process ends, however it ends (SEM_UNDO): the process, not the worker. Default:
   * false.
   */
  readonly undo?: boolean | undefined;
  /** Fails with EAGAIN where it would have to wait (IPC_NOWAIT). Default: false. */
  readonly noWait?: boolean | undefined;
}

/** How much is taken. */
export interface SysvAcquireOptions {
  /** 1 to 32767. Default: 1. */
  readonly by?: number | undefined;
  /** Given back when this process ends, however it ends (SEM_UNDO). Default: false. */
  readonly undo?: boolean | undefined;
}

/** How something is added. */
export interface SysvPostOptions {
  /** Taken back when this process ends, however it ends (SEM_UNDO). Default: false. */
  readonly undo?: boolean | undefined;
}

/** How much is taken, in the kernel's words. */
export interface Taking {
  readonly by: number;
  readonly flags: number;
}

const ONE: Taking = { by: 1, flags: 0 };

/** @throws TypeError, RangeError */
export function takingOf(options: SysvAcquireOptions | undefined): Taking {
  if (options === undefined) return ONE;
  const { by = 1, undo } = checkOptions(options);
  checkAmount(by);
  return { by, flags: undo === true ? SEM_UNDO : 0 };
}

/** Memory for some operations, in the kernel's layout: index, amount and flags, 16 bits each. */
export interface OperationMemory {
  readonly region: Region;
  readonly halves: Int16Array;
}

/** Operations as they were given; noWait says whether one of them must not wait. */
export interface Batch {
  readonly memory: OperationMemory;
  readonly count: number;
  readonly noWait: boolean;
}

const HALVES = SEMBUF_BYTES / 2;
/** The kernel's default of SEMOPM; memory for more operations is not kept for the next ones. */
const OPERATIONS_KEPT = 500;
const OPERATIONS_FIRST = 16;
const FREE_MAX = 16;

const free: OperationMemory[] = [];

/** Memory for one call; give it back with returnMemory(). */
export function borrowMemory(count: number): OperationMemory {
  const last = free.pop();
  if (last !== undefined && last.halves.length >= count * HALVES) return last;
  if (last !== undefined) releaseRegion(last.region);
  const region = createRegion(SEMBUF_BYTES * Math.max(count, OPERATIONS_FIRST));
  return { region, halves: new Int16Array(region.view.buffer) };
}

/** Keeps the memory for the next call, unless enough is kept already. */
export function returnMemory(memory: OperationMemory): void {
  const kept = memory.region.sizeBytes <= SEMBUF_BYTES * OPERATIONS_KEPT;
  if (kept && free.length < FREE_MAX) free.push(memory);
  else releaseRegion(memory.region);
}

/** Writes one struct sembuf; an index above 32767 keeps its bits. */
export function writeOperation(
  { halves }: OperationMemory,
  place: number,
  index: number,
  by: number,
  flags: number,
): void {
  halves[place * HALVES] = index;
  halves[place * HALVES + 1] = by;
  halves[place * HALVES + 2] = flags;
}

/**
 * Checks the operations and writes them to borrowed memory, reading each but once. So many that the
 * kernel will not take them are not copied first.
 * @throws SystemError E2BIG; TypeError; RangeError
 */
export function borrowBatch(set: SetName, operations: readonly SysvOperation[]): Batch {
  const count = countOf(operations);
  if (count > mostKnown) {
    mostKnown = Math.max(OPERATIONS_KEPT, operationsMax());
    if (count > mostKnown) throw operationRefusal(E2BIG, set);
  }
  const memory = borrowMemory(count);
  try {
    let seen = 0;
    for (let place = 0; place < count; place++) {
      seen |= copyOperation(memory, place, operations[place] as SysvOperation);
    }
    return { memory, count, noWait: (seen & IPC_NOWAIT) !== 0 };
  } catch (error) {
    returnMemory(memory);
    throw error;
  }
}

/** SEMOPM as it was last seen: should it have been lowered, the kernel refuses by itself. */
let mostKnown = OPERATIONS_KEPT;

const E2BIG = -errnoOf("E2BIG");

function countOf(operations: readonly SysvOperation[]): number {
  if (!Array.isArray(operations)) throw wrongType("operations", "an array", operations);
  const { length } = operations; // a Proxy of an array says what it likes
  if (length === 0) throw outOfRange("operations", "at least one operation", "none");
  if (!Number.isSafeInteger(length) || length < 0) {
    throw outOfRange("operations", "an array of a whole length", length);
  }
  return length;
}

/** The flags of the operation. */
function copyOperation(memory: OperationMemory, place: number, operation: SysvOperation): number {
  if (typeof operation !== "object" || operation === null) {
    throw wrongType(`operations[${place}]`, "an object", operation);
  }
  const { index, by, undo, noWait } = operation;
  checkIndex(index);
  checkChange(by);
  const flags = (undo === true ? SEM_UNDO : 0) | (noWait === true ? IPC_NOWAIT : 0);
  writeOperation(memory, place, index, by, flags);
  return flags;
}

function checkChange(by: number): void {
  if (typeof by !== "number") throw wrongType("by", "a number", by);
  if (Number.isInteger(by) && by >= -32768 && by <= 32767) return;
  throw outOfRange("by", "-32768 to 32767", by);
}
