/** Shows which error ends the command with which status. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { failure, sentenceOf, status, statusOf, usage } from "./failure.ts";

function coded(code: string): Error {
  return Object.assign(new Error("words"), { code });
}

test("statusOf() follows the code of the error", () => {
  assert.equal(statusOf(failure(status.unanswered, "")), 3);
  assert.equal(statusOf(usage("")), 2);
  assert.equal(statusOf(coded("ERR_OUT_OF_RANGE")), 2);
  assert.equal(statusOf(coded("commander.unknownOption")), 2);
  assert.equal(statusOf(coded("EIDRM")), 1);
  assert.equal(statusOf(coded("EACCES")), 4);
  assert.equal(statusOf(coded("ERR_ADDON_UNAVAILABLE")), 4);
});

test("statusOf() is undefined for a bug", () => {
  assert.equal(statusOf(new TypeError("x is not a function")), undefined);
  assert.equal(statusOf(coded("ERR_ASSERTION")), undefined);
  assert.equal(statusOf("thrown text"), undefined);
  assert.equal(statusOf(undefined), undefined);
});

test("sentenceOf() is one line, whatever the message", () => {
  assert.equal(sentenceOf(new Error("error: one\n(Did you mean two?)")), "one (Did you mean two?)");
  assert.equal(sentenceOf(42), "42");
});
