/** Shows that sums of flags become names and come back, known or not. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { flagNames, flagSum, flagTable } from "./flag-names.ts";

const table = flagTable({ ONE: 1, TOP: 1 << 31 });

test("flagNames() names what it knows and keeps the rest as numbers", () => {
  assert.deepEqual(flagNames(table, 0x80000003), ["ONE", "0x2", "TOP"]);
  assert.deepEqual(flagNames(table, 0), []);
});

test("flagSum() undoes flagNames(), whatever the sum", () => {
  const sums = fc.nat({ max: 0xffffffff });
  fc.assert(fc.property(sums, (sum) => assert.equal(flagSum(table, flagNames(table, sum)), sum)));
});

test("flagSum() passes over what is no name", () => {
  assert.equal(flagSum(table, ["ONE", "TWO", "0x", "0x10"]), 0x11);
});
