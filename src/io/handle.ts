/**
 * The contract that every handle of every mechanism keeps: how it waits, how it is
 * closed, and how it keeps the process alive. The conformance suite in
 * tests/contracts/handle.ts runs against each of them.
 */

/** How long a call may wait, and what may call it off. */
export interface WaitOptions {
  /**
   * Aborting rejects the wait with AbortError (code ABORT_ERR, cause = signal.reason), unless
   * what was waited for had already happened: then it resolves, and nothing is lost.
   */
  readonly signal?: AbortSignal | undefined;
  /** Rejects with code ETIMEDOUT after this many milliseconds: 0 to 2^31-1. Default: no limit. */
  readonly timeoutMs?: number | undefined;
}

/** What xSync() takes: a blocked thread can be timed out, but nothing on it can abort it. */
export interface SyncWaitOptions {
  /** Throws with code ETIMEDOUT after this many milliseconds: 0 to 2^31-1. Default: no limit. */
  readonly timeoutMs?: number | undefined;
}

/** What can be opened is closed by whoever opened it. */
export interface Handle extends Disposable {
  /** True once close() was called. Every other method then throws ClosedError. */
  readonly closed: boolean;
  /** Gives up the handle, never the kernel's object. Idempotent; never throws. */
  close(): void;
  /** Lets this handle's pending waits keep the process alive (the default). */
  ref(): this;
  /** Lets the process end although this handle has pending waits. */
  unref(): this;
}
