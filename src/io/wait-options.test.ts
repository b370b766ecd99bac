/** What may be said about waiting. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { checkOptions, checkWaitOptions, deadlineOf } from "./wait-options.ts";

test("checkOptions() takes an object or nothing", () => {
  const options = { timeoutMs: 1 };
  assert.equal(checkOptions(options), options);
  assert.deepEqual(checkOptions(undefined), {});
  for (const wrong of [null, 7, "soon"]) {
    assert.throws(() => checkOptions(wrong as unknown as object), { code: "ERR_INVALID_ARG_TYPE" });
  }
});

test("checkWaitOptions() refuses what is no timeout and no signal", () => {
  checkWaitOptions({ timeoutMs: 0, signal: new AbortController().signal });
  checkWaitOptions({ timeoutMs: 2 ** 31 - 1 });
  for (const timeoutMs of [-1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
    assert.throws(() => checkWaitOptions({ timeoutMs }), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "5" as unknown as number;
  assert.throws(() => checkWaitOptions({ timeoutMs: text }), { code: "ERR_INVALID_ARG_TYPE" });
  const signal = {} as AbortSignal;
  assert.throws(() => checkWaitOptions({ signal }), { code: "ERR_INVALID_ARG_TYPE" });
});

test("checkWaitOptions() throws AbortError for a signal that is aborted already", () => {
  const signal = AbortSignal.abort("done");
  assert.throws(() => checkWaitOptions({ signal }), { name: "AbortError", cause: "done" });
});

test("deadlineOf() is infinite without a timeout", () => {
  assert.equal(deadlineOf({}), Number.POSITIVE_INFINITY);
  const before = performance.now();
  const deadline = deadlineOf({ timeoutMs: 50 });
  assert.ok(deadline >= before + 50 && deadline <= performance.now() + 50);
});
