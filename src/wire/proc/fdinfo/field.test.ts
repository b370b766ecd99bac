/** Shows how one line of fdinfo is found and read. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { fieldOf, hexField, numberField } from "./field.ts";

const text = "pos:\t0\nclockid: 7\neventfd-count:               1f\nSqMask:\t0x7\nPid:\t-1\n";

test("fieldOf() finds a line by its name, the first one too", () => {
  assert.equal(fieldOf(text, "pos"), "0");
  assert.equal(fieldOf(text, "clockid"), "7");
  assert.equal(fieldOf(text, "Pid"), "-1");
  assert.equal(fieldOf(text, "id"), undefined);
  assert.equal(fieldOf("", "id"), undefined);
});

test("numberField() and hexField() give no number for what is none", () => {
  assert.equal(numberField(text, "Pid"), -1);
  assert.equal(numberField("n:\t9007199254740992", "n"), undefined);
  assert.equal(numberField("n:\tx", "n"), undefined);
  assert.equal(hexField(text, "eventfd-count"), 31n);
  assert.equal(hexField(text, "SqMask"), 7n);
  assert.equal(hexField("n:\t11111111111111111", "n"), undefined);
});

test("fieldOf() is total", () => {
  const some = fc.string({ unit: fc.constantFrom("a", "b", ":", "\n", "\t", " ", "1") });
  fc.assert(
    fc.property(some, fc.constantFrom("a", "ab"), (any, name) => {
      const value = fieldOf(any, name);
      assert.ok(value === undefined || any.includes(value));
    }),
  );
});
