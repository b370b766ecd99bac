/** Shows that the figures are what their names say. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { median, rounded } from "./statistics.ts";

test("median() is the middle of an odd number of values, whatever their order", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 9, 100, 1, 2]), 9);
  assert.equal(median([7]), 7);
});

test("median() is the mean of the two in the middle of an even number", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test("median() leaves its argument as it is, and refuses none", () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
  assert.throws(() => median([]), RangeError);
});

test("rounded() keeps the significant digits alone", () => {
  assert.equal(rounded(123456.7), 123500);
  assert.equal(rounded(1.23456, 3), 1.23);
});
