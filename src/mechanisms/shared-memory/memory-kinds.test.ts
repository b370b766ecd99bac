/** The addresses of memory. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { mappingKind, memfdKind, posixSharedMemoryKind } from "./memory-kinds.ts";

test("parse() gives each address its one form", () => {
  assert.equal(posixSharedMemoryKind.parse("x"), "pshm:/x");
  assert.equal(memfdKind.parse("007"), "memfd:7");
  assert.equal(memfdKind.parse("0:15:18446744073709551615"), "memfd:0:15:18446744073709551615");
  assert.equal(mappingKind.parse("/tmp/a b"), "map:/tmp/a b");
  assert.equal(mappingKind.parse("00:041:2"), "map:0:41:2");
});

test("parse() refuses the rest", () => {
  for (const kind of [memfdKind, mappingKind]) {
    for (const rest of ["", "x", "-1", "1:2", "1:2:3:4", "/a\0b", "0x1"]) {
      assert.throws(() => kind.parse(rest), { code: "ERR_OUT_OF_RANGE" });
    }
  }
});
