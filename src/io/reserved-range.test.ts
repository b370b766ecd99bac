/** Ranges of address space. What lies in them is tested in tests/shared-memory. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { ReservedRange, reservedMapping } from "./reserved-range.ts";

function addressSpace(): number {
  return Number(/^VmSize:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]) * 1024;
}

const tebibyte = 2 ** 40;

test("reserve() takes address space, and close() gives it back", () => {
  const before = addressSpace();
  const range = ReservedRange.reserve(tebibyte);
  assert.equal(range.sizeBytes, tebibyte);
  assert.ok(addressSpace() >= before + tebibyte);
  range.close();
  range.close();
  assert.equal(range.closed, true);
  assert.ok(addressSpace() < before + tebibyte / 2);
});

test("reserve() takes as much as it is told, and says why it cannot", () => {
  using range = ReservedRange.reserve(1);
  assert.equal(range.sizeBytes, 1);
  const tooMuch = { code: "ENOMEM", syscall: "mmap", hint: /RLIMIT_AS/ };
  assert.throws(() => ReservedRange.reserve(2 ** 52), tooMuch);
  for (const wrong of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => ReservedRange.reserve(wrong), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "1" as unknown as number;
  assert.throws(() => ReservedRange.reserve(text), { code: "ERR_INVALID_ARG_TYPE" });
});

test("reservedMapping() takes an open range alone", () => {
  const range = ReservedRange.reserve(4096);
  assert.ok(reservedMapping(range) >= 0);
  range.close();
  assert.throws(() => reservedMapping(range), { name: "ClosedError", message: /reserved range/ });
  const wrong = { sizeBytes: 1 } as unknown as ReservedRange;
  assert.throws(() => reservedMapping(wrong), { code: "ERR_INVALID_ARG_TYPE" });
});
