/** Shows which part of a full count is run. */
import assert from "node:assert/strict";
import { scale, scaled, scaleOf } from "./scale.ts";
import { test } from "./test.ts";

test("scaleOf() is 1 in a soak, 0.1 otherwise, and what LINUX_IPC_SCALE says in both", () => {
  assert.equal(scaleOf(undefined, true), 1);
  assert.equal(scaleOf(undefined, false), 0.1);
  assert.equal(scaleOf("0.5", true), 0.5);
});

test("scaleOf() refuses what is no part", () => {
  for (const wrong of ["0", "-1", "2", "much", ""]) {
    assert.throws(() => scaleOf(wrong, false), RangeError);
  }
});

test("scaled() runs at least one", () => {
  assert.equal(scaled(1), 1);
  assert.equal(scaled(1_000_000), Math.round(1_000_000 * scale));
});
