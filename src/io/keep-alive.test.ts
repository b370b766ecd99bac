/** When the loop is told to go on, and when it may end. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { KeepAlive } from "./keep-alive.ts";

test("KeepAlive tells of the first and of the last only", () => {
  const told: boolean[] = [];
  const keepAlive = new KeepAlive((alive) => told.push(alive));
  keepAlive.add();
  keepAlive.add();
  keepAlive.remove();
  assert.deepEqual(told, [true]);
  keepAlive.remove();
  assert.deepEqual(told, [true, false]);
  keepAlive.add();
  assert.deepEqual(told, [true, false, true]);
});
