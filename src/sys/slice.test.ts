/** The slices of a blocking call. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { sliceUntil } from "./slice.ts";

test("sliceUntil() gives a whole slice, or what is left of it, and never nothing", () => {
  assert.equal(sliceUntil(Number.POSITIVE_INFINITY), 100);
  assert.equal(sliceUntil(performance.now() + 5_000), 100);
  assert.equal(sliceUntil(performance.now() - 5), 1);
  const left = sliceUntil(performance.now() + 50);
  assert.ok(left >= 1 && left <= 50, `${left}`);
});
