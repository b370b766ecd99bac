/** Shows that waiting under a deadline ends, with the answer or with the name of what is missing. */
import assert from "node:assert/strict";
import { until, within } from "./deadline.ts";
import { test } from "./test.ts";

test("until() gives the first answer that is neither undefined nor false", async () => {
  const answers = [undefined, false, 0];
  assert.equal(await until("a number", () => answers.shift() as number | undefined | false), 0);
});

test("until() rejects with the name of what did not come", async () => {
  const waiting = until("a blue moon", () => false, { timeoutMs: 20 });
  await assert.rejects(waiting, /Waited 20 ms in vain for a blue moon/);
});

test("until() rejects with the error of the question", async () => {
  const waiting = until("an answer", () => {
    throw new RangeError("no");
  });
  await assert.rejects(waiting, RangeError);
});

test("within() gives the promise's own outcome", async () => {
  assert.equal(await within("seven", Promise.resolve(7)), 7);
  await assert.rejects(within("an error", Promise.reject(new TypeError("no"))), TypeError);
});

test("within() rejects with the name of what did not come", async () => {
  const never = new Promise<void>(() => undefined);
  await assert.rejects(within("a pin", never, { timeoutMs: 20 }), /in vain for a pin/);
});
