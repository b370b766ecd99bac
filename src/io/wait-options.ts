/** Checks what a caller says about waiting, before any system call. */
import { AbortError, outOfRange, wrongType } from "../sys/errors.ts";
import type { SyncWaitOptions, WaitOptions } from "./handle.ts";

/** The longest timeout that a timer of Node takes. */
export const TIMEOUT_MAX_MS: number = 2 ** 31 - 1;

/** The options object itself; absent means none. */
export function checkOptions<T extends object>(options: T | undefined): Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null) {
    throw wrongType("options", "an object", options);
  }
  return options;
}

/** The options of a wait, each read once: a getter may answer otherwise the next time. */
export function waitOptionsOf(options: WaitOptions | undefined): WaitOptions {
  const { signal, timeoutMs } = checkOptions(options);
  return { signal, timeoutMs };
}

/** @throws TypeError, RangeError, or AbortError when the signal is aborted already. */
export function checkWaitOptions(options: WaitOptions): void {
  checkTimeout(options);
  const { signal } = options;
  if (signal === undefined) return;
  if (!(signal instanceof AbortSignal)) throw wrongType("signal", "an AbortSignal", signal);
  if (signal.aborted) throw new AbortError(signal.reason);
}

/** When the wait has to end, on performance.now()'s clock. */
export function deadlineOf(options: SyncWaitOptions): number {
  checkTimeout(options);
  return options.timeoutMs === undefined
    ? Number.POSITIVE_INFINITY
    : performance.now() + options.timeoutMs;
}

function checkTimeout({ timeoutMs }: SyncWaitOptions): void {
  if (timeoutMs === undefined) return;
  if (typeof timeoutMs !== "number") throw wrongType("timeoutMs", "a number", timeoutMs);
  if (timeoutMs >= 0 && timeoutMs <= TIMEOUT_MAX_MS) return;
  throw outOfRange("timeoutMs", `0 to ${TIMEOUT_MAX_MS} milliseconds`, timeoutMs);
}
