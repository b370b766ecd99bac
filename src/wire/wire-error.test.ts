/** Shows what a decoder's error tells. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { WireError } from "./wire-error.ts";

test("WireError tells its code, its place and its reason", () => {
  const error = new WireError("ERR_WIRE_TRUNCATED", 12, "The table ends too early");
  assert.equal(error.code, "ERR_WIRE_TRUNCATED");
  assert.equal(error.offset, 12);
  assert.equal(String(error), "WireError: The table ends too early, at byte 12");
  assert.ok(error instanceof Error);
});
