/** Shows how the structure that fcntl(2) takes for a lock is read, in each of its layouts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { decodeFlock, flockBytes } from "./flock.ts";

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");

test("decodeFlock() reads a lock of a 64-bit task", () => {
  const wide = bytes("0100 0000 00000000 0500000000000000 0a00000000000000 0000000000000000");
  const lock = { access: "write", from: "start", start: 5n, length: 10n };
  assert.deepEqual(decodeFlock(wide, "wide"), lock);
});

test("decodeFlock() reads both layouts of a 32-bit task", () => {
  const narrow = bytes("0000 0100 ffffffff 0a000000 00000000");
  const lock = { access: "read", from: "position", start: -1n, length: 10n };
  assert.deepEqual(decodeFlock(narrow, "narrow"), lock);
  const large = bytes("0200 0200 0000000001000000 ffffffffffffffff 00000000");
  const end = { access: "unlock", from: "end", start: 2n ** 32n, length: -1n };
  assert.deepEqual(decodeFlock(large, "narrow-64"), end);
});

test("decodeFlock() gives nothing for what asks for nothing", () => {
  assert.equal(decodeFlock(bytes("0100"), "wide"), undefined);
  assert.equal(decodeFlock(bytes("0300 0000 00000000 00000000"), "narrow"), undefined);
  assert.equal(decodeFlock(bytes("0100 0300 00000000 00000000"), "narrow"), undefined);
});

test("decodeFlock() survives any bytes", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 32 }),
      fc.constantFrom("wide", "narrow", "narrow-64"),
      (any, layout) => {
        const lock = decodeFlock(any, layout);
        assert.ok(lock === undefined || any.length >= flockBytes[layout]);
      },
    ),
  );
});
