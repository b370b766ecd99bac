/** Shows how the options of a new object are read. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { keyIn, newObject, numberIn } from "./verb-options.ts";

test("keyIn() and newObject() read the key and the mode, or their defaults", () => {
  assert.deepEqual([keyIn({}), keyIn({ key: 7 })], [0, 7]);
  assert.deepEqual(newObject({ mode: 0o640 }), { create: true, exclusive: true, mode: 0o640 });
  assert.equal(newObject({}).mode, undefined);
});

test("numberIn() gives numbers alone, and those that no call takes as what they are", () => {
  assert.equal(numberIn({ size: "1" }, "size"), undefined);
  assert.equal(numberIn({ size: 2n ** 60n }, "size"), 2 ** 60);
});
