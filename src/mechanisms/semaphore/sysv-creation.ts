/**
 * Makes System V semaphore sets, with their first values where these are given, so that nobody who
 * follows the same convention sees a set that is half made. semget(2) gives the set and its zeros;
 * its time of the last operation (sem_otime) is zero until the first operation. So the creator's
 * last step is one atomic operation, and everybody else waits for sem_otime (W. R. Stevens, UNIX
 * Network Programming, volume 2, 11.6; python3-sysv-ipc has it as o_time).
 */
import { sysvAddress } from "../../io/sysv/address.ts";
import { openFlags } from "../../io/sysv/options.ts";
import { errnoOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { semctl, semget, trySemop } from "../../sys/sem.ts";
import { IPC_CREAT, IPC_EXCL, IPC_RMID } from "../../sys/sysv.ts";
import { handleRefusal, refusal } from "./sysv-errors.ts";
import { operationsMax } from "./sysv-limits.ts";
import { borrowMemory, returnMemory, writeOperation } from "./sysv-operations.ts";
import type { CheckedOptions } from "./sysv-options.ts";
import { setSet, tryStatAnySet } from "./sysv-status.ts";
import { setValuesOf } from "./sysv-values.ts";

const EAGAIN = -errnoOf("EAGAIN");
const EEXIST = -errnoOf("EEXIST");
const EINVAL = -errnoOf("EINVAL");
const EIDRM = -errnoOf("EIDRM");
const ENOENT = -errnoOf("ENOENT");

const MODE = 0o777;
const OWNER_MODE = 0o600;

/** The id of the set, which has its first values. @throws SystemError */
export function openSet(key: number, options: CheckedOptions): number {
  const flags = openFlags(key, options);
  const { count, initial } = options;
  if (initial !== undefined) return openWithValues(key, flags, initial, options);
  const id = semget(key, count, flags);
  if (id < 0) throw refusal(id, "semget", { key, count });
  return id;
}

/** Makes the set, or waits until whoever makes it is done; again where it was removed meanwhile. */
function openWithValues(
  key: number,
  flags: number,
  initial: readonly number[],
  { count, exclusive, initialTimeoutMs }: CheckedOptions,
): number {
  const deadline = performance.now() + initialTimeoutMs;
  const mayCreate = (flags & IPC_CREAT) !== 0;
  do {
    const made = mayCreate ? createSet(key, flags, initial) : EEXIST;
    if (made >= 0) return made;
    if (made !== EEXIST || exclusive === true) throw refusal(made, "semget", { key, count });
    const found = semget(key, count, flags & MODE);
    const gone = found === ENOENT && mayCreate;
    if (found < 0 && !gone) throw refusal(found, "semget", { key, count });
    if (found >= 0 && isMade(found, deadline)) return found;
  } while (performance.now() < deadline);
  throw unmade({ key });
}

/** The new set's id, or -errno of semget(2); whatever fails later leaves no set behind. */
function createSet(key: number, flags: number, initial: readonly number[]): number {
  const mode = flags & MODE;
  const own = flags | OWNER_MODE | IPC_EXCL;
  const id = semget(key, initial.length, own);
  if (id < 0) return id;
  try {
    setFirstValues(id, initial);
    // Only now, as the values need the owner's rights. Whoever opens the set meanwhile as the same
    // user has them for that moment too, and could give them to himself at any time (IPC_SET).
    if (mode !== (mode | OWNER_MODE)) setSet(id, { mode });
  } catch (error) {
    semctl(id, 0, IPC_RMID);
    throw error;
  }
  return id;
}

/**
 * One semop(2) sets up to SEMOPM values. Of more the rest comes first, by SETALL, which does not
 * count as an operation.
 */
function setFirstValues(id: number, initial: readonly number[]): void {
  const wanted = [...initial.keys()].filter((index) => initial[index] !== 0);
  const most = operationsMax();
  const rest = wanted.splice(0, Math.max(0, wanted.length - most));
  if (rest.length > 0) {
    const count = initial.length;
    const early = new Set(rest);
    setValuesOf(
      { id, count },
      initial.map((value, index) => (early.has(index) ? value : 0)),
    );
  }
  operateFirst(id, wanted.length === 0 ? [0] : wanted, initial);
}

/** Adds the values to the zeros. Of values that are all zero, waiting for zero is an operation. */
function operateFirst(id: number, indexes: readonly number[], initial: readonly number[]): void {
  const memory = borrowMemory(indexes.length);
  try {
    indexes.forEach((index, place) => {
      writeOperation(memory, place, index, initial[index] ?? 0, 0);
    });
    const answer = trySemop(id, memory.region, indexes.length);
    // Not zero any more: somebody has operated already, so that sem_otime is set.
    if (answer < 0 && answer !== EAGAIN) throw handleRefusal(answer, "semop", { id });
  } finally {
    returnMemory(memory);
  }
}

/** Waits for the first operation; false when the set was removed meanwhile. */
function isMade(id: number, deadline: number): boolean {
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    const status = tryStatAnySet(id);
    if (status === EINVAL || status === EIDRM) return false;
    if (typeof status === "number") throw handleRefusal(status, "semctl", { id });
    if (status.operatedAt !== undefined) return true;
    const remaining = deadline - performance.now();
    if (remaining <= 0) throw unmade({ id });
    Atomics.wait(nobody, 0, 0, Math.min(pauseMs, remaining));
  }
}

const PAUSE_FIRST_MS = 0.25;
const PAUSE_MAX_MS = 10;

/** A word that nobody changes, to sleep on. */
const nobody = new Int32Array(new SharedArrayBuffer(4));

function unmade(about: { readonly id?: number; readonly key?: number }): SystemError {
  const message = "the set exists, but nobody has given it its first values";
  const died = "if its creator died meanwhile, remove it with ipcrm(1)";
  const other = "if its creator follows no such convention, open it without initial";
  const hint = `${died}; ${other}`;
  const address = sysvAddress("sem", about);
  return new SystemError("ETIMEDOUT", "semget", { address, message, hint });
}
