/** Shows the kernel's own device numbers in both directions. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { deviceNumber, deviceOf } from "./device.ts";

test("deviceOf() splits 12 bits from 20", () => {
  assert.deepEqual(deviceOf(0xfe00000), { major: 254, minor: 0 });
  assert.deepEqual(deviceOf(0x2a), { major: 0, minor: 42 });
});

test("deviceNumber() undoes deviceOf()", () => {
  const any = fc.nat({ max: 0xffffffff });
  fc.assert(fc.property(any, (number) => assert.equal(deviceNumber(deviceOf(number)), number)));
});
