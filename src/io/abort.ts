/**
 * Many waits on one AbortSignal with one listener on it: Node warns of a leak from the eleventh
 * listener, and a server may have a thousand waits that one signal ends.
 */

interface Watched {
  readonly calls: Set<() => void>;
  readonly listener: () => void;
}

const watched = new WeakMap<AbortSignal, Watched>();

/** Calls back when the signal is aborted, until offAbort() with the same function. */
export function onAbort(signal: AbortSignal, call: () => void): void {
  (watched.get(signal) ?? watch(signal)).calls.add(call);
}

/** The last one to go takes the listener away. */
export function offAbort(signal: AbortSignal, call: () => void): void {
  const entry = watched.get(signal);
  if (entry === undefined || !entry.calls.delete(call) || entry.calls.size > 0) return;
  signal.removeEventListener("abort", entry.listener);
  watched.delete(signal);
}

function watch(signal: AbortSignal): Watched {
  const calls = new Set<() => void>();
  const listener = (): void => {
    watched.delete(signal);
    for (const call of calls) call();
  };
  const entry = { calls, listener };
  watched.set(signal, entry);
  signal.addEventListener("abort", listener, { once: true });
  return entry;
}
