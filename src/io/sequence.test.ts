/** Sequences that are taken one by one. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { sequence } from "./sequence.ts";

/** Takes 1, 2, 3 … at once, and then waits for the signal. */
function counting(upTo: number): (signal: AbortSignal) => Promise<number> {
  let count = 0;
  return (signal) => {
    if (count < upTo) return Promise.resolve(++count);
    return new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };
}

test("sequence() takes an element when it is asked for one, and break ends it", async () => {
  let taken = 0;
  const numbers = sequence(async () => ++taken);
  for await (const number of numbers) if (number === 3) break;
  assert.equal(taken, 3);
  assert.deepEqual(await numbers.next(), { done: true, value: undefined });
});

test("return() ends a wait under way, without an error", async () => {
  const numbers = sequence(counting(0));
  const waiting = numbers.next();
  await numbers.return?.();
  assert.deepEqual(await waiting, { done: true, value: undefined });
});

test("an abort of the signal rejects the wait with its reason, and ends the sequence", async () => {
  const controller = new AbortController();
  const numbers = sequence(counting(1), controller.signal);
  assert.deepEqual(await numbers.next(), { done: false, value: 1 });
  const waiting = numbers.next();
  controller.abort("why");
  await assert.rejects(waiting, (reason) => reason === "why");
  assert.deepEqual(await numbers.next(), { done: true, value: undefined });
});

test("an error ends the sequence", async () => {
  const numbers = sequence(() => Promise.reject(new Error("gone")));
  await assert.rejects(numbers.next(), /gone/);
  assert.deepEqual(await numbers.next(), { done: true, value: undefined });
});
