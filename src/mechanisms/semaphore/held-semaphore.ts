/** What an acquire() has taken from a semaphore, to be given back. */
import { errnoOf } from "../../sys/errno.ts";
import type { SystemError } from "../../sys/errors.ts";
import { trySemopOne } from "../../sys/sem.ts";
import { operationRefusal } from "./sysv-errors.ts";

/**
 * What was taken from a semaphore. It is independent of the handle that took it: close() of that
 * gives nothing back. Nothing gives it back but release(), `using` and, with undo, the end of the
 * process.
 */
export interface HeldSemaphore extends Disposable {
  /** True once it was given back, or the set was found to be removed. */
  readonly released: boolean;
  /**
   * Gives back what was taken, with the same undo; the second time it does nothing.
   * @throws SystemError EIDRM (the set was removed, once), EACCES, ERANGE (the value was set so high
   * meanwhile that it has no room; it can be tried again)
   */
  release(): void;
  /**
   * The same, and never throws: of a removed set there is nothing to give back, and any other
   * refusal becomes a process warning (LINUX_IPC_RELEASE).
   */
  [Symbol.dispose](): void;
}

/** One that is held by the id of its set. */
export class Held implements HeldSemaphore {
  readonly #id: number;
  readonly #index: number;
  readonly #by: number;
  readonly #flags: number;
  #released = false;

  constructor(id: number, index: number, by: number, flags: number) {
    this.#id = id;
    this.#index = index;
    this.#by = by;
    this.#flags = flags;
  }

  get released(): boolean {
    return this.#released;
  }

  release(): void {
    if (this.#released) return;
    const answer = trySemopOne(this.#id, this.#index, this.#by, this.#flags);
    if (answer < 0) throw this.#refused(answer);
    this.#released = true;
  }

  [Symbol.dispose](): void {
    releaseQuietly(this);
  }

  #refused(errno: number): SystemError {
    const error = operationRefusal(errno, { id: this.#id });
    if (error.errno === EIDRM) this.#released = true;
    return error;
  }
}

const EIDRM = -errnoOf("EIDRM");

/** `using` calls this, where an error would hide the one that ends the block. */
export function releaseQuietly(held: HeldSemaphore): void {
  try {
    held.release();
  } catch (error) {
    warnOfRelease(error as SystemError);
  }
}

/** Where nothing may be thrown; of a removed set there is nothing to give back. */
export function warnOfRelease({ code, message }: SystemError): void {
  if (code === "EIDRM") return;
  const warning = { type: "ReleaseWarning", code: "LINUX_IPC_RELEASE" };
  process.emitWarning(`A semaphore could not be released: ${message}`, warning);
}
