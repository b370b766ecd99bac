/** Shows times as ctime(3) has them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { ctime, fullTime, shortTime } from "./times.ts";

/** Seconds of a local time. */
function at(...parts: readonly [number, number, number, number, number, number]): number {
  return new Date(...parts).getTime() / 1000;
}

test("ctime() has a blank before a day of one digit, and two digits of everything else", () => {
  assert.equal(ctime(at(2026, 10, 3, 1, 2, 3)), "Tue Nov  3 01:02:03 2026");
  assert.equal(ctime(at(1999, 0, 31, 23, 59, 0)), "Sun Jan 31 23:59:00 1999");
});

test("shortTime() has neither the day of the week nor the year; 0 is never", () => {
  assert.equal(shortTime(at(2026, 10, 23, 18, 17, 22)), "Nov 23 18:17:22 ");
  assert.deepEqual([shortTime(0), fullTime(0)], ["Not set", "Not set"]);
});
