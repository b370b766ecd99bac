/** The names of what may be done with memory. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { type Protection, protectionOf } from "./memory-protection.ts";

test("protectionOf() adds up what a name says", () => {
  const names = ["none", "read", "read-write", "read-execute", "read-write-execute"] as const;
  assert.deepEqual(names.map(protectionOf), [0, 1, 3, 5, 7]);
});

test("protectionOf() refuses the rest and says what there is", () => {
  for (const wrong of ["write", "", "toString", 1, null, undefined, ["read"]]) {
    const call = (): number => protectionOf(wrong as Protection);
    assert.throws(call, { code: "ERR_OUT_OF_RANGE", message: /read-write-execute/ });
  }
});
