/**
 * A sequence whose elements are taken one by one, when they are asked for. Unlike an async
 * generator it can be left while it waits: return() calls the wait off.
 */
import { offAbort, onAbort } from "./abort.ts";
import { checkWaitOptions } from "./wait-options.ts";

/**
 * Makes the sequence. An element that was taken although the sequence was left in that moment is
 * still given to who asked for it.
 * @param take takes the next element; rejects when its signal is aborted before
 * @param signal aborts the wait for an element, which then rejects as `take` does
 */
export function sequence<Element>(
  take: (signal: AbortSignal) => Promise<Element>,
  signal?: AbortSignal,
): AsyncIterableIterator<Element, undefined> {
  const leave = new AbortController();
  let left = false;

  const next = async (): Promise<IteratorResult<Element, undefined>> => {
    if (left) return { done: true, value: undefined };
    const forward = (): void => leave.abort(signal?.reason);
    try {
      checkWaitOptions({ signal });
      if (signal !== undefined) onAbort(signal, forward);
      return { done: false, value: await take(leave.signal) };
    } catch (error) {
      if (left) return { done: true, value: undefined };
      left = true;
      throw error;
    } finally {
      if (signal !== undefined) offAbort(signal, forward);
    }
  };

  return {
    next,
    async return() {
      left = true;
      leave.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
