/** How connections of FUSE are addressed. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { fuseKind } from "./fuse-kind.ts";

test("parse() takes the number of a connection, and nothing else", () => {
  assert.equal(fuseKind.parse("042"), "fuse:42");
  assert.equal(fuseKind.parse("4294967295"), "fuse:4294967295");
  for (const wrong of ["", "4294967296", "-1", "x", "1/2", "0x1"]) {
    assert.throws(() => fuseKind.parse(wrong), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  }
});
