/** What the answers of all families say alike. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { decodeCookie, decodeMemory } from "./memory.ts";

function viewOf(hex: string): DataView {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return new DataView(bytes.buffer);
}

test("decodeMemory() reads what lies in both queues, their limits and the drops", () => {
  const whole = "0100000002000000030000000400000005000000060000000700000008000000" + "09000000";
  const expected = { receivedBytes: 1, receiveBufferBytes: 2, sentBytes: 3, sendBufferBytes: 4 };
  assert.deepEqual(decodeMemory(viewOf(whole), 0, 36), { ...expected, queuedBytes: 6, drops: 9 });
  assert.deepEqual(decodeMemory(viewOf(whole), 0, 32), {
    ...expected,
    queuedBytes: 6,
    drops: undefined,
  });
  assert.equal(decodeMemory(viewOf(whole), 0, 20)?.queuedBytes, undefined);
  assert.equal(decodeMemory(viewOf(whole), 0, 15), undefined);
});

test("decodeCookie() is a number up to 2^53 and a bigint beyond", () => {
  assert.equal(decodeCookie(viewOf("0200000001000000"), 0), 2 ** 32 + 2);
  assert.equal(decodeCookie(viewOf("ffffffffffff1f00"), 0), Number.MAX_SAFE_INTEGER);
  assert.equal(decodeCookie(viewOf("0000000000002000"), 0), 2n ** 53n);
  assert.equal(decodeCookie(viewOf("ffffffffffffffff"), 0), 2n ** 64n - 1n);
});
