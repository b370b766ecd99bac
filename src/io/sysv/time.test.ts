/** Times of System V objects. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { dateOf, dateOrNever } from "./time.ts";

test("dateOrNever() knows that 0 is no time", () => {
  assert.equal(dateOrNever(0n), undefined);
  assert.equal(dateOrNever(1n)?.getTime(), 1000);
});

test("dateOf() reaches beyond 2038", () => {
  assert.equal(dateOf(2n ** 32n).toISOString(), "2106-02-07T06:28:16.000Z");
});
