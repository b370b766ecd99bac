/**
 * One wait as its caller sees it: a promise that an abort, a timeout or the close of its handle asks
 * to end, and that settles when the kernel has answered.
 */
import { AbortError, SystemError } from "../sys/errors.ts";
import { offAbort, onAbort } from "./abort.ts";
import type { WaitOptions } from "./handle.ts";
import type { KeepAlive } from "./keep-alive.ts";
import type { Lifetime, PendingWait } from "./lifetime.ts";
import { TIMEOUT_MAX_MS } from "./wait-options.ts";

export interface PendingContext {
  readonly lifetime: Lifetime;
  readonly keepAlive: KeepAlive;
  /** The system call and the object, for the error of a timeout. */
  readonly syscall: string;
  readonly address?: string | undefined;
  /** Asks for the end; settle() is still called, when the kernel has answered. */
  readonly interrupt: () => void;
}

export class Pending implements PendingWait {
  readonly promise: Promise<number>;
  readonly #context: PendingContext;
  readonly #signal: AbortSignal | undefined;
  #resolve: (result: number) => void = () => {};
  #reject: (cause: Error) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #cause: Error | undefined;
  #referenced = false;

  constructor(context: PendingContext, options: WaitOptions) {
    this.#context = context;
    this.#signal = options.signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    context.lifetime.begin(this);
    if (options.timeoutMs !== undefined) this.#arm(options.timeoutMs);
    if (this.#signal !== undefined) onAbort(this.#signal, this.#aborted);
    this.reference(context.lifetime.referenced);
  }

  cancel(cause: Error): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.#context.interrupt();
  }

  reference(keepsAlive: boolean): void {
    if (keepsAlive === this.#referenced) return;
    this.#referenced = keepsAlive;
    if (keepsAlive) {
      this.#context.keepAlive.add();
      this.#timer?.ref();
    } else {
      this.#context.keepAlive.remove();
      this.#timer?.unref();
    }
  }

  /** The kernel has answered: `done` is its result, or undefined if the call was called off. */
  settle(done: number | undefined): void {
    this.reference(false);
    clearTimeout(this.#timer);
    if (this.#signal !== undefined) offAbort(this.#signal, this.#aborted);
    this.#context.lifetime.end(this);
    if (done === undefined && this.#cause !== undefined) this.#reject(this.#cause);
    else this.#resolve(done ?? 0);
  }

  readonly #aborted = (): void => this.cancel(new AbortError(this.#signal?.reason));

  /** A timer of Node can fire up to a millisecond early: never before the time is up. */
  #arm(timeoutMs: number): void {
    this.#timer = setTimeout(
      () => {
        const { syscall, address } = this.#context;
        this.cancel(new SystemError("ETIMEDOUT", syscall, { address, message: "timed out" }));
      },
      Math.min(Math.ceil(timeoutMs) + 1, TIMEOUT_MAX_MS),
    );
    this.#timer.unref();
  }
}
