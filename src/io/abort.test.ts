/** One listener for many waits. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "../../tests/harness/test.ts";
import { offAbort, onAbort } from "./abort.ts";

test("onAbort() calls each back once, with one listener on the signal", () => {
  const controller = new AbortController();
  const called: number[] = [];
  const calls = Array.from({ length: 100 }, (_, number) => (): void => void called.push(number));
  for (const call of calls) onAbort(controller.signal, call);
  assert.equal(getEventListeners(controller.signal, "abort").length, 1);
  controller.abort();
  controller.abort();
  assert.deepEqual(called, [...calls.keys()]);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("offAbort() leaves the others, and the last takes the listener away", () => {
  const controller = new AbortController();
  const called: string[] = [];
  const gone = (): void => void called.push("gone");
  const stays = (): void => void called.push("stays");
  onAbort(controller.signal, gone);
  onAbort(controller.signal, stays);
  offAbort(controller.signal, gone);
  offAbort(controller.signal, gone);
  controller.abort();
  assert.deepEqual(called, ["stays"]);
  const other = new AbortController();
  onAbort(other.signal, gone);
  offAbort(other.signal, gone);
  assert.equal(getEventListeners(other.signal, "abort").length, 0);
});
