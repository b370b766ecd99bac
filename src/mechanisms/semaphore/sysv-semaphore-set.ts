/** The handle of a System V semaphore set. */
import type { Handle, SyncWaitOptions, WaitOptions } from "../../io/handle.ts";
import { Lifetime } from "../../io/lifetime.ts";
import { checkId, checkKey } from "../../io/sysv/address.ts";
import { checkOwnerChange } from "../../io/sysv/options.ts";
import {
  checkOptions,
  checkWaitOptions,
  deadlineOf,
  waitOptionsOf,
} from "../../io/wait-options.ts";
import { waitFor, waitsOver } from "../../io/waiter.ts";
import { errnoOf } from "../../sys/errno.ts";
import { SEM_UNDO, SEMBUF_BYTES, semop, semopOne, trySemop, trySemopOne } from "../../sys/sem.ts";
import { WAIT_SEMOP } from "../../sys/wait.ts";
import { Held, type HeldSemaphore } from "./held-semaphore.ts";
import { openSet } from "./sysv-creation.ts";
import { handleRefusal, operationRefusal, refusal } from "./sysv-errors.ts";
import {
  borrowBatch,
  borrowMemory,
  type OperationMemory,
  returnMemory,
  type SysvAcquireOptions,
  type SysvOperation,
  type SysvPostOptions,
  takingOf,
  writeOperation,
} from "./sysv-operations.ts";
import {
  checkAll,
  checkAmount,
  checkIndex,
  checkOpen,
  checkValue,
  type SysvSemaphoreSetOptions,
} from "./sysv-options.ts";
import {
  removeSet,
  type SysvSemaphoreSetChange,
  type SysvSemaphoreSetStatus,
  setSet,
  statSet,
  tryStatAnySet,
} from "./sysv-status.ts";
import {
  lastPidOf,
  oneValueOf,
  type SysvSemaphoreWaiters,
  setValueOf,
  setValuesOf,
  valuesOf,
  waitersOf,
} from "./sysv-values.ts";

const EAGAIN = -errnoOf("EAGAIN");

/**
 * A set of System V semaphores. The set outlives the process: close() gives up this handle, remove()
 * destroys the set.
 *
 * `undo` belongs to the process: what was done with it is undone when the process ends, however it
 * ends, and not when a worker does. setValue() and setAll() forget what everybody is to undo; what
 * would go below zero stops there.
 * @see sysvipc(7), semget(2), semop(2), semctl(2)
 */
export class SysvSemaphoreSet implements Handle {
  /** The kernel's number of the set in this IPC namespace. */
  readonly id: number;
  /** How many semaphores it has. */
  readonly count: number;
  readonly #lifetime: Lifetime;

  private constructor(id: number, count: number) {
    const lifetime = new Lifetime(
      this,
      () => `The semaphore set sem:${id}`,
      () => waitsOver(lifetime),
    );
    this.id = id;
    this.count = count;
    this.#lifetime = lifetime;
  }

  /**
   * Opens the set of a key, see ftok(). The key is 32 bits, signed or unsigned; 0 (IPC_PRIVATE)
   * always makes a new set. With `initial` a new set has these values before anybody who opens it
   * with `initial` sees it; until then such an open() blocks the thread.
   * @throws SystemError ENOENT, EEXIST, EACCES, EINVAL (the set has fewer semaphores; SEMMSL), ENOSPC
   * (SEMMNI, SEMMNS), ENOMEM, ETIMEDOUT (whoever makes it does not end); TypeError; RangeError
   */
  static open(key: number, options?: SysvSemaphoreSetOptions): SysvSemaphoreSet {
    checkKey(key);
    const checked = checkOpen(checkOptions(options));
    const id = openSet(key, checked);
    const status = tryStatAnySet(id);
    if (typeof status === "number") throw handleRefusal(status, "semctl", { id });
    return new SysvSemaphoreSet(id, status.count);
  }

  /**
   * Takes the set of an id, as ipcs prints it.
   * @throws SystemError EINVAL when there is none; RangeError
   */
  static byId(id: number): SysvSemaphoreSet {
    checkId(id);
    const status = tryStatAnySet(id);
    if (typeof status === "number") throw refusal(status, "semctl", { id });
    return new SysvSemaphoreSet(id, status.count);
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#lifetime.closed;
  }

  /**
   * Does all the operations at once, if none has to wait; otherwise none of them.
   * @param operations 1 to kernel.sem's third number (SEMOPM); in their order, where several are on
   * one semaphore
   * @returns false when one would have to wait
   * @throws SystemError E2BIG (more than SEMOPM), EFBIG (no such index), ERANGE (a value or what is
   * to be undone would pass 32767), EACCES, EIDRM, ENOMEM; ClosedError; TypeError; RangeError
   * @see semop(2), IPC_NOWAIT
   */
  tryOperate(operations: readonly SysvOperation[]): boolean {
    const batch = borrowBatch(this, operations);
    try {
      this.#lifetime.check();
      return this.#done(trySemop(this.id, batch.memory.region, batch.count));
    } finally {
      returnMemory(batch.memory);
    }
  }

  /**
   * Does all the operations at once, and waits until that is possible.
   * @throws as tryOperate(); SystemError EAGAIN (an operation with noWait would have to wait; too
   * many waits), ETIMEDOUT; AbortError
   */
  async operate(operations: readonly SysvOperation[], options?: WaitOptions): Promise<void> {
    const wait = waitOptionsOf(options);
    const batch = borrowBatch(this, operations);
    try {
      this.#lifetime.check();
      checkWaitOptions(wait);
      if (this.#done(trySemop(this.id, batch.memory.region, batch.count))) return;
      const answer = await this.#wait(batch.memory, batch.count, wait);
      if (answer < 0) throw operationRefusal(answer, this, batch.noWait);
    } finally {
      returnMemory(batch.memory);
    }
  }

  /**
   * Does all the operations at once, and blocks the thread until that is possible.
   * @throws as tryOperate(); SystemError EAGAIN (an operation with noWait would have to wait),
   * ETIMEDOUT
   */
  operateSync(operations: readonly SysvOperation[], options?: SyncWaitOptions): void {
    const deadline = deadlineOf(checkOptions(options));
    const batch = borrowBatch(this, operations);
    try {
      this.#lifetime.check();
      const answer = semop(this.id, batch.memory.region, batch.count, deadline);
      if (answer < 0) throw operationRefusal(answer, this, batch.noWait);
    } finally {
      returnMemory(batch.memory);
    }
  }

  /**
   * Takes one, or `by`, from a semaphore if it has as much.
   * @returns undefined when it has not
   * @throws SystemError EFBIG (no such index), EACCES, EIDRM, ERANGE (more than 32767 to be undone),
   * ENOMEM; ClosedError; TypeError; RangeError
   */
  tryAcquire(index: number, options?: SysvAcquireOptions): HeldSemaphore | undefined {
    checkIndex(index);
    const { by, flags } = takingOf(options);
    this.#lifetime.check();
    return this.#tryOne(index, -by, flags) ? new Held(this.id, index, by, flags) : undefined;
  }

  /**
   * Takes one, or `by`, from a semaphore, and waits until it has as much.
   * @throws as tryAcquire(); AbortError; SystemError ETIMEDOUT, EAGAIN (too many waits)
   */
  async acquire(index: number, options?: SysvAcquireOptions & WaitOptions): Promise<HeldSemaphore> {
    checkIndex(index);
    const { by, flags } = takingOf(options);
    await this.#one(index, -by, flags, waitOptionsOf(options));
    return new Held(this.id, index, by, flags);
  }

  /**
   * Takes one, or `by`, from a semaphore, and blocks the thread until it has as much.
   * @throws as tryAcquire(); SystemError ETIMEDOUT
   */
  acquireSync(index: number, options?: SysvAcquireOptions & SyncWaitOptions): HeldSemaphore {
    checkIndex(index);
    const { by, flags } = takingOf(options);
    this.#oneSync(index, -by, flags, options);
    return new Held(this.id, index, by, flags);
  }

  /**
   * Adds to a semaphore, which never waits.
   * @param by 1 to 32767
   * @throws SystemError ERANGE (it would pass 32767), EFBIG (no such index), EACCES, EIDRM, ENOMEM;
   * ClosedError; TypeError; RangeError
   */
  post(index: number, by: number = 1, options?: SysvPostOptions): void {
    checkIndex(index);
    checkAmount(by);
    const flags = options !== undefined && checkOptions(options).undo === true ? SEM_UNDO : 0;
    this.#lifetime.check();
    this.#tryOne(index, by, flags);
  }

  /**
   * True when the semaphore is zero at this moment, which is an operation of its own in the kernel:
   * it needs no more than the right to read.
   * @throws SystemError EFBIG (no such index), EACCES, EIDRM; ClosedError; TypeError; RangeError
   */
  tryWaitForZero(index: number): boolean {
    checkIndex(index);
    this.#lifetime.check();
    return this.#tryOne(index, 0, 0);
  }

  /**
   * Waits until the semaphore is zero.
   * @throws as tryWaitForZero(); AbortError; SystemError ETIMEDOUT, EAGAIN (too many waits)
   */
  async waitForZero(index: number, options?: WaitOptions): Promise<void> {
    checkIndex(index);
    await this.#one(index, 0, 0, waitOptionsOf(options));
  }

  /**
   * Blocks the thread until the semaphore is zero.
   * @throws as tryWaitForZero(); SystemError ETIMEDOUT
   */
  waitForZeroSync(index: number, options?: SyncWaitOptions): void {
    checkIndex(index);
    this.#oneSync(index, 0, 0, options);
  }

  /** @throws SystemError EINVAL (no such index), EACCES, EIDRM. @see semctl(2), GETVAL */
  value(index: number): number {
    checkIndex(index);
    this.#lifetime.check();
    return oneValueOf(this, index);
  }

  /** The values of all, of the same moment. @throws SystemError EACCES, EIDRM. @see GETALL */
  values(): number[] {
    this.#lifetime.check();
    return valuesOf(this);
  }

  /**
   * Sets a value, 0 to 32767, and forgets what any process is to undo of this semaphore.
   * @throws SystemError EINVAL (no such index), EACCES, EIDRM. @see semctl(2), SETVAL
   */
  setValue(index: number, value: number): void {
    checkIndex(index);
    checkValue("value", value);
    this.#lifetime.check();
    setValueOf(this, index, value);
  }

  /**
   * Sets the values of all at once, and forgets what any process is to undo of them.
   * @param values as many as the set has semaphores
   * @throws SystemError EACCES, EIDRM; RangeError. @see semctl(2), SETALL
   */
  setAll(values: readonly number[]): void {
    const checked = checkAll(values, this.count);
    this.#lifetime.check();
    setValuesOf(this, checked);
  }

  /**
   * The process that changed the semaphore last; 0 if none did that this PID namespace knows.
   * @throws SystemError EINVAL (no such index), EACCES, EIDRM. @see semctl(2), GETPID
   */
  lastPid(index: number): number {
    checkIndex(index);
    this.#lifetime.check();
    return lastPidOf(this, index);
  }

  /**
   * How many threads wait for the semaphore.
   * @throws SystemError EINVAL (no such index), EACCES, EIDRM. @see semctl(2), GETNCNT, GETZCNT
   */
  waiters(index: number): SysvSemaphoreWaiters {
    checkIndex(index);
    this.#lifetime.check();
    return waitersOf(this, index);
  }

  /** @throws SystemError EACCES, EIDRM; ClosedError. @see semctl(2), IPC_STAT */
  stat(): SysvSemaphoreSetStatus {
    this.#lifetime.check();
    return statSet(this.id);
  }

  /**
   * Changes the owner or the mode.
   * @throws SystemError EPERM (not the owner), EIDRM; TypeError; RangeError. @see semctl(2), IPC_SET
   */
  set(change: SysvSemaphoreSetChange): void {
    const checked = checkOwnerChange(change);
    this.#lifetime.check();
    setSet(this.id, checked);
  }

  /**
   * Destroys the set: whoever waits for it gets EIDRM. The handle stays open.
   * @throws SystemError EPERM, EIDRM. @see semctl(2), IPC_RMID
   */
  remove(): void {
    this.#lifetime.check();
    removeSet(this.id);
  }

  /**
   * Gives up this handle; the set stays, and so does what was acquired: give that back first, or
   * later by its own release(). Waits reject with ClosedError.
   */
  close(): void {
    this.#lifetime.close();
  }

  /** Waits of this handle keep the process alive (the default). */
  ref(): this {
    this.#lifetime.reference(true);
    return this;
  }

  /** Waits of this handle do not keep the process alive. */
  unref(): this {
    this.#lifetime.reference(false);
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #tryOne(index: number, by: number, flags: number): boolean {
    return this.#done(trySemopOne(this.id, index, by, flags));
  }

  /** False when it would have had to wait. */
  #done(answer: number): boolean {
    if (answer === 0) return true;
    if (answer === EAGAIN) return false;
    throw operationRefusal(answer, this);
  }

  async #one(index: number, by: number, flags: number, wait: WaitOptions): Promise<void> {
    this.#lifetime.check();
    checkWaitOptions(wait);
    if (this.#tryOne(index, by, flags)) return;
    const memory = borrowMemory(1);
    try {
      writeOperation(memory, 0, index, by, flags);
      const answer = await this.#wait(memory, 1, wait);
      if (answer < 0) throw operationRefusal(answer, this);
    } finally {
      returnMemory(memory);
    }
  }

  #oneSync(index: number, by: number, flags: number, options: SyncWaitOptions | undefined): void {
    const wait = options === undefined ? undefined : checkOptions(options);
    const deadline = wait === undefined ? Number.POSITIVE_INFINITY : deadlineOf(wait);
    this.#lifetime.check();
    const answer = semopOne(this.id, index, by, flags, deadline);
    if (answer < 0) throw operationRefusal(answer, this);
  }

  #wait({ region }: OperationMemory, count: number, options: WaitOptions): Promise<number> {
    const operation = WAIT_SEMOP;
    const { id } = this;
    const sizeBytes = count * SEMBUF_BYTES;
    const about = { lifetime: this.#lifetime, syscall: "semop", address: `sem:${id}` };
    return waitFor({ operation, id, memory: region, sizeBytes, flags: 0, ...about }, options);
  }
}
