/**
 * PHP's semaphores (sem_get, sem_acquire, sem_release, sem_remove of its extension sysvsem), as a
 * System V set of three: how many may still acquire, how many use it, and a guard while one of them
 * looks whether it is alone, and then sets the first.
 */
import type { Handle, SyncWaitOptions, WaitOptions } from "../../io/handle.ts";
import { checkOptions } from "../../io/wait-options.ts";
import type { SystemError } from "../../sys/errors.ts";
import { type HeldSemaphore, releaseQuietly, warnOfRelease } from "./held-semaphore.ts";
import type { SysvOperation } from "./sysv-operations.ts";
import { checkAmount } from "./sysv-options.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

/** How PHP's sem_get(key, max_acquire, permissions, auto_release) is called. */
export interface PhpSemaphoreOptions {
  /** How many may hold it at once, 1 to 32767; only the first of its users decides. Default: 1. */
  readonly maxAcquire?: number | undefined;
  /** The permission bits of a new one, as PHP's. Default: 0o666. */
  readonly mode?: number | undefined;
  /** Whether close() gives back what is still held. Default: true. */
  readonly autoRelease?: boolean | undefined;
}

const COUNT = 3;
const FREE = 0;
const USERS = 1;
const GUARD = 2;

/** Nobody holds the guard for longer than two system calls, and death lets go of it. */
const GUARD_TIMEOUT_MS = 5_000;

const enter: readonly SysvOperation[] = [
  { index: GUARD, by: 0 },
  { index: GUARD, by: 1, undo: true },
  { index: USERS, by: 1, undo: true },
];
const leaveGuard: readonly SysvOperation[] = [{ index: GUARD, by: -1, undo: true }];
const leave: SysvOperation = { index: USERS, by: -1, undo: true };

/**
 * A semaphore that PHP programs share with this one. It outlives the process: close() gives up this
 * handle, remove() destroys the semaphore. What is held is given back when this process ends, however
 * it ends (SEM_UNDO): the process, not the worker.
 */
export class PhpSemaphore implements Handle {
  readonly #set: SysvSemaphoreSet;
  readonly #autoRelease: boolean;
  readonly #held = new Set<PhpHeld>();

  private constructor(set: SysvSemaphoreSet, autoRelease: boolean) {
    this.#set = set;
    this.#autoRelease = autoRelease;
  }

  /**
   * Opens the semaphore of a key, or makes it; 0 (IPC_PRIVATE) always makes a new one. Blocks while
   * another process opens it: that takes microseconds.
   * @throws SystemError EACCES, EINVAL (the key is of a set with fewer than three), ENOSPC, ENOMEM,
   * EIDRM (removed meanwhile), ETIMEDOUT; TypeError; RangeError
   */
  static open(key: number, options?: PhpSemaphoreOptions): PhpSemaphore {
    const { maxAcquire = 1, mode = 0o666, autoRelease } = checkOptions(options);
    checkAmount(maxAcquire, "maxAcquire");
    const set = SysvSemaphoreSet.open(key, { create: true, count: COUNT, mode });
    try {
      join(set, maxAcquire);
    } catch (error) {
      set.close();
      throw error;
    }
    return new PhpSemaphore(set, autoRelease !== false);
  }

  /** The kernel's number of the set in this IPC namespace. */
  get id(): number {
    return this.#set.id;
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#set.closed;
  }

  /**
   * Acquires it if it is free.
   * @returns undefined when it is not
   * @throws SystemError EACCES, EIDRM; ClosedError
   */
  tryAcquire(): HeldSemaphore | undefined {
    const held = this.#set.tryAcquire(FREE, { undo: true });
    return held === undefined ? undefined : this.#keep(held);
  }

  /**
   * Acquires it, and waits until it is free.
   * @throws as tryAcquire(); AbortError; SystemError ETIMEDOUT, EAGAIN (too many waits)
   */
  async acquire(options?: WaitOptions): Promise<HeldSemaphore> {
    const { signal, timeoutMs } = checkOptions(options);
    return this.#keep(await this.#set.acquire(FREE, { undo: true, signal, timeoutMs }));
  }

  /**
   * Acquires it, and blocks the thread until it is free.
   * @throws as tryAcquire(); SystemError ETIMEDOUT
   */
  acquireSync(options?: SyncWaitOptions): HeldSemaphore {
    const { timeoutMs } = checkOptions(options);
    return this.#keep(this.#set.acquireSync(FREE, { undo: true, timeoutMs }));
  }

  /**
   * Destroys the semaphore: whoever waits for it gets EIDRM. The handle stays open.
   * @throws SystemError EPERM, EIDRM; ClosedError
   */
  remove(): void {
    this.#set.remove();
  }

  /**
   * Gives up this handle and, with autoRelease, what it still holds; the semaphore stays. Waits
   * reject with ClosedError. Without autoRelease this process counts as a user until it ends.
   */
  close(): void {
    if (this.#set.closed) return;
    if (this.#autoRelease) this.#giveBack();
    this.#set.close();
  }

  /** Waits of this handle keep the process alive (the default). */
  ref(): this {
    this.#set.ref();
    return this;
  }

  /** Waits of this handle do not keep the process alive. */
  unref(): this {
    this.#set.unref();
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #keep(held: HeldSemaphore): HeldSemaphore {
    const kept = new PhpHeld(held, this.#held);
    this.#held.add(kept);
    return kept;
  }

  /** At once, as PHP does it: nobody sees a user that is gone and yet holds it. */
  #giveBack(): void {
    const { size } = this.#held;
    const back = size === 0 ? [] : [{ index: FREE, by: size, undo: true }];
    try {
      // Where somebody has set the number of users to zero, there is none to take off.
      if (!this.#set.tryOperate([leave, ...back]) && size > 0) this.#set.tryOperate(back);
      for (const held of this.#held) held.wasReleased();
    } catch (error) {
      warnOfRelease(error as SystemError);
    }
  }
}

/** Counts this process in; who is alone says how many may acquire. */
function join(set: SysvSemaphoreSet, maxAcquire: number): void {
  set.operateSync(enter, { timeoutMs: GUARD_TIMEOUT_MS });
  try {
    if (set.value(USERS) === 1) set.setValue(FREE, maxAcquire);
  } catch (error) {
    set.tryOperate([...leaveGuard, leave]);
    throw error;
  }
  set.operateSync(leaveGuard, { timeoutMs: GUARD_TIMEOUT_MS });
}

/** What close() of its semaphore can give back too. */
class PhpHeld implements HeldSemaphore {
  readonly #held: HeldSemaphore;
  readonly #all: Set<PhpHeld>;
  #wasReleased = false;

  constructor(held: HeldSemaphore, all: Set<PhpHeld>) {
    this.#held = held;
    this.#all = all;
  }

  get released(): boolean {
    return this.#wasReleased || this.#held.released;
  }

  /** It was given back together with others. */
  wasReleased(): void {
    this.#wasReleased = true;
    this.#all.delete(this);
  }

  release(): void {
    if (this.#wasReleased) return;
    try {
      this.#held.release();
    } finally {
      if (this.#held.released) this.#all.delete(this);
    }
  }

  [Symbol.dispose](): void {
    releaseQuietly(this);
  }
}
