/** What the errors say. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { AbortError, ClosedError, outOfRange, SystemError, wrongType } from "./errors.ts";

test("SystemError carries code, errno, syscall and object, and names them in its message", () => {
  const error = new SystemError("EIDRM", "msgrcv", { address: "msg:3", hint: "it was removed" });
  assert.equal(error.message, "EIDRM: Identifier removed, msgrcv 'msg:3' (it was removed)");
  assert.equal(error.code, "EIDRM");
  assert.equal(error.errno, -43);
  assert.equal(error.syscall, "msgrcv");
  assert.equal(error.address, "msg:3");
  assert.equal(error.hint, "it was removed");
  assert.ok(!("path" in error));
});

test("SystemError keeps an errno that it has no name for", () => {
  const error = new SystemError(-999, "msgget");
  assert.equal(error.code, "UNKNOWN");
  assert.equal(error.errno, -999);
  assert.equal(error.message, "UNKNOWN: error 999, msgget");
});

test("AbortError has Node's code and the signal's reason as its cause", () => {
  const error = new AbortError("enough");
  assert.equal(error.name, "AbortError");
  assert.equal(error.code, "ABORT_ERR");
  assert.equal(error.cause, "enough");
});

test("ClosedError says what is closed", () => {
  const error = new ClosedError("The message queue msg:3");
  assert.equal(error.code, "ERR_CLOSED");
  assert.equal(error.message, "The message queue msg:3 is closed");
});

test("wrongType() and outOfRange() show any value without fail", () => {
  const values = [
    undefined,
    null,
    1n,
    Number.NaN,
    "x".repeat(200),
    {},
    Object.create(null),
    [],
    () => 1,
  ];
  for (const value of [...values, Symbol("s")]) {
    const wrong = wrongType("key", "a number", value) as TypeError & { code: string };
    assert.ok(wrong instanceof TypeError);
    assert.equal(wrong.code, "ERR_INVALID_ARG_TYPE");
    const range = outOfRange("key", "0 to 9", value) as RangeError & { code: string };
    assert.ok(range instanceof RangeError);
    assert.equal(range.code, "ERR_OUT_OF_RANGE");
    assert.ok(range.message.length < 200);
  }
});
