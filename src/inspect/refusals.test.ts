/** Shows that one room's refusal keeps no other from being shown, with rooms that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import type { Limit, Room } from "../mechanisms/rooms.ts";
import { SystemError } from "../sys/errors.ts";
import { limitsOf } from "./refusals.ts";

const limit: Limit = { what: "", name: "box.max", unit: "", limit: 9, used: 1, raise: "" };
const nothing = { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [] };

function roomWith(name: string, limits: Room["limits"]): Room {
  return { name, kinds: [], probe: () => [], limits, see: () => nothing };
}

function throwing(error: Error): Room["limits"] {
  return () => {
    throw error;
  };
}

test("limitsOf() makes a gap of a refusal, and still gives the others' limits", () => {
  const refused = throwing(new SystemError("ENOSYS", "boxctl"));
  const { limits, gaps } = limitsOf([roomWith("shut", refused), roomWith("open", () => [limit])]);
  assert.deepEqual(limits, [limit]);
  assert.equal(gaps.length, 1);
  assert.deepEqual([gaps[0]?.what, gaps[0]?.reason], ["limits", "ENOSYS"]);
  assert.match(gaps[0]?.text ?? "", /limits of the room shut: ENOSYS.*boxctl/);
});

test("limitsOf() does not hide a bug", () => {
  const bug = new TypeError("x is not a function");
  assert.throws(() => limitsOf([roomWith("broken", throwing(bug))]), bug);
});
