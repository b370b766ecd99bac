/** Waiting for something under a deadline: the one way a test waits for what sends no event. */
import { setTimeout as pause } from "node:timers/promises";

/** How long a test waits for what should come at once; long, as a loaded machine is slow. */
export const deadlineMs = 10_000;

const pollMs = 2;

export interface DeadlineOptions {
  readonly timeoutMs?: number;
}

/** Asks again and again until the answer is neither undefined nor false, and gives that answer. */
export async function until<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  options: DeadlineOptions = {},
): Promise<Answer> {
  const { timeoutMs = deadlineMs } = options;
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await pause(pollMs);
  }
}

/** The promise's own outcome, or an error that names what did not come in time. */
export async function within<Result>(
  what: string,
  promise: Promise<Result>,
  options: DeadlineOptions = {},
): Promise<Result> {
  const { timeoutMs = deadlineMs } = options;
  const timer = new AbortController();
  const late = pause(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
