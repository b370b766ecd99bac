/** How files with locks are addressed. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { lockKind } from "./lock-kind.ts";

test("parse() takes a path, and device and inode in one printed form", () => {
  assert.equal(lockKind.parse("/run/a b:1"), "lock:/run/a b:1");
  assert.equal(lockKind.parse("00254:1:18446744073709551615"), "lock:254:1:18446744073709551615");
});

test("parse() refuses what is neither", () => {
  for (const wrong of ["", "run/a", "1:2", "1:2:x", "-1:2:3", "1:2:3:4", "/a\0b"]) {
    assert.throws(() => lockKind.parse(wrong), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  }
});
