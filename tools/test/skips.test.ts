/** Shows that only a listed need excuses a skip. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { allowedSkips, leaveFor, parseAllowedSkips } from "./skips.ts";

const allowed = parseAllowedSkips("# a comment\n\nluck: nobody has it\n");

test("leaveFor() gives the reason of a listed need", () => {
  assert.equal(leaveFor("needs luck: there is none", allowed), "nobody has it");
});

test("leaveFor() gives none for another need, or for a skip without one", () => {
  assert.equal(leaveFor("needs money: there is none", allowed), undefined);
  assert.equal(leaveFor("luck", allowed), undefined);
  assert.equal(leaveFor("", allowed), undefined);
});

test("parseAllowedSkips() refuses a need without a reason", () => {
  assert.throws(() => parseAllowedSkips("luck:"), /expected "need: reason"/);
  assert.throws(() => parseAllowedSkips("luck"), /expected "need: reason"/);
});

test("allowedSkips() reads the project's list", () => {
  assert.ok(allowedSkips() instanceof Map);
});
