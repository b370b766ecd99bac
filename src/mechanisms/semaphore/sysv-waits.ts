/** Who is blocked in semop(2) or semtimedop(2), and on what, decoded from each waiter's memory. */

import type { View } from "../../io/room.ts";
import type { Value, Wait } from "../../io/schema.ts";
import { blockedIn } from "../../io/sysv/here.ts";
import { SEM_UNDO } from "../../sys/sem.ts";
import { signedArgument } from "../../wire/proc/syscall-numbers.ts";
import { decodeSembufs, SEMBUF_BYTES } from "../../wire/sysv/sembuf.ts";

/** One operation of those that a waiter wants done at once. */
export interface SemaphoreOperation {
  readonly index: number;
  readonly by: number;
  readonly undo: boolean;
}

/** A blocked call. */
export interface SetWait {
  readonly pid: number;
  readonly tid: number;
  readonly id: number;
  readonly syscall: string;
  /** It ends by itself after some time (semtimedop's timeout). */
  readonly isTimed: boolean;
  /** In order; undefined where its memory was not read. */
  readonly operations: readonly SemaphoreOperation[] | undefined;
}

/** An operation that cannot be done now. */
export interface Obstacle {
  readonly index: number;
  /** What the semaphore has to be at least; 0 where it has to be zero. */
  readonly atLeast: number;
}

/** SEMOPM should not be raised beyond 1000 (linux/sem.h); nobody waits for many more. */
const OPERATIONS_MAX = 8192;
/** Of all waiters together: anybody may start thousands with hundreds of operations each. */
const OPERATIONS_SEEN_MAX = 131_072;

/** The blocked calls on any set of our IPC namespace. */
export function setWaits(view: View): SetWait[] {
  let budget = OPERATIONS_SEEN_MAX;
  return blockedIn(view, ["semop", "semtimedop"]).flatMap(({ pid, tid, call, syscall }) => {
    const [id, pointer, count = 0n, timeout = 0n] = call.arguments;
    if (id === undefined) return [];
    const most = Math.min(OPERATIONS_MAX, budget);
    const operations = operationsAt(view, tid, pointer, Number(BigInt.asUintN(32, count)), most);
    budget -= operations?.length ?? 0;
    // What was read may be of another call, where the thread has gone on since.
    if (operations !== undefined && !view.isBlocked(pid, tid, syscall)) return [];
    const number = Number(signedArgument(id, 32));
    const isTimed = call.name === "semtimedop" && timeout !== 0n;
    return [{ pid, tid, id: number, syscall: call.name, isTimed, operations }];
  });
}

/** semop(semid, sops, nsops): nsops times a struct sembuf at sops. */
function operationsAt(
  view: View,
  tid: number,
  pointer: bigint | undefined,
  count: number,
  most: number,
): readonly SemaphoreOperation[] | undefined {
  if (pointer === undefined || count < 1 || count > most) return undefined;
  const memory = view.readMemory(tid, pointer, count * SEMBUF_BYTES);
  if (memory === undefined || memory.length < count * SEMBUF_BYTES) return undefined;
  return decodeSembufs(memory).map(({ num, op, flg }) => {
    return { index: num, by: op, undo: (flg & SEM_UNDO) !== 0 };
  });
}

/** What keeps the operations from being done, or without the values, whatever could be. */
export function obstaclesOf(
  operations: readonly SemaphoreOperation[],
  values: readonly number[] | undefined,
): readonly Obstacle[] {
  const now = values === undefined ? [] : obstaclesNow(operations, values);
  if (now.length > 0) return now;
  const all = operations.filter(({ by }) => by <= 0);
  return all.map(({ index, by }) => ({ index, atLeast: Math.abs(by) }));
}

/**
 * What keeps the operations from being done now, by values that were read later than the call: the
 * kernel tries them in order and waits for the first that cannot be. None: it has gone on by now.
 */
export function obstaclesNow(
  operations: readonly SemaphoreOperation[],
  values: readonly number[],
): readonly Obstacle[] {
  const now = new Map<number, number>();
  return operations.flatMap(({ index, by }) => {
    const before = values[index];
    const value = now.get(index) ?? before;
    if (value === undefined || before === undefined) return [];
    if (by === 0) return value === 0 ? [] : [{ index, atLeast: 0 }];
    if (value + by < 0) return [{ index, atLeast: before - value - by }];
    now.set(index, value + by);
    return [];
  });
}

/** The wait as the schema has it. */
export function waitRecord(wait: SetWait, values: readonly number[] | undefined): Wait {
  const { pid, tid, id, syscall, isTimed, operations } = wait;
  const address = `sem:${id}`;
  const timed = isTimed ? { isTimed } : {};
  const common = { pid, tid, object: address, operation: "operate", syscall, ...timed };
  const since = "the kernel does not record when a wait began";
  if (operations === undefined) {
    const unknown = { since, operations: "its memory was not read" };
    return { ...common, need: { operations: null }, text: "", unknown };
  }
  const obstacles = obstaclesOf(operations, values);
  const parts = [...new Set(obstacles.map(({ index }) => `${address}/${index}`))];
  const need = { ...needOf(obstacles, values), operations: operations.map(operationValue) };
  return { ...common, parts, need, text: textOf(operations, obstacles), unknown: { since } };
}

/** Of the first: that is the one which the kernel waits for. Without the values it may be any. */
function needOf(
  obstacles: readonly Obstacle[],
  values: readonly number[] | undefined,
): Wait["need"] {
  const [first, ...others] = obstacles;
  if (first === undefined || (values === undefined && others.length > 0)) return {};
  const { index, atLeast } = first;
  return atLeast === 0 ? { semaphore: index, equals: 0 } : { semaphore: index, atLeast };
}

function operationValue({ index, by, undo }: SemaphoreOperation): Value {
  return undo ? { index, by, undo } : { index, by };
}

/** "semaphore 1 to be at least 3, for 2 operations at once", as it stands behind "waits for". */
function textOf(operations: readonly SemaphoreOperation[], obstacles: readonly Obstacle[]): string {
  const needs = obstacles.map(obstacleText).join(" and ");
  return operations.length > 1 ? `${needs}, for ${operations.length} operations at once` : needs;
}

/** "semaphore 1 to be at least 3" */
export function obstacleText({ index, atLeast }: Obstacle): string {
  return `semaphore ${index} ${atLeast === 0 ? "to become zero" : `to be at least ${atLeast}`}`;
}
