/** Netlink messages against bytes that a kernel sent. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { WireError } from "../wire-error.ts";
import { aligned, decodeMessages, encodeMessage, NLMSG_DONE, resultOf } from "./message.ts";

/** An answer of 6 bytes (filled up to 8), and the end of a listing with its result. */
const golden = Buffer.from(
  "16000000140002000100000007000000aabbccddeeff0000" + "1400000003000200010000002b000000feffffff",
  "hex",
);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

test("decodeMessages() reads one header after the other, each at a multiple of 4", () => {
  const view = viewOf(golden);
  const [first, second] = decodeMessages(view);
  assert.deepEqual(first, { type: 20, flags: 2, sequence: 1, portId: 7, start: 16, end: 22 });
  assert.equal(second?.type, NLMSG_DONE);
  assert.equal(second && resultOf(view, second), -2);
  assert.equal(first && resultOf(view, { ...first, end: 18 }), 0);
});

test("encodeMessage() writes back what decodeMessages() read", () => {
  const view = viewOf(golden);
  const all = decodeMessages(view).map((one) =>
    encodeMessage(one, golden.subarray(one.start, one.end)),
  );
  assert.deepEqual(Buffer.concat(all), golden);
});

test("decodeMessages() refuses what is cut off, and what is shorter than its header", () => {
  assert.throws(() => decodeMessages(viewOf(golden.subarray(0, 40))), { offset: 24 });
  assert.throws(() => decodeMessages(viewOf(golden.subarray(0, 30))), {
    code: "ERR_WIRE_TRUNCATED",
  });
  const short = Buffer.from(golden);
  short.writeUInt32LE(15, 0);
  assert.throws(() => decodeMessages(viewOf(short)), { code: "ERR_WIRE_MALFORMED", offset: 0 });
});

test("decodeMessages() gives messages within the bytes, or a WireError, whatever comes", () => {
  fc.assert(
    fc.property(anyBytes(golden), (bytes) => {
      try {
        for (const { start, end } of decodeMessages(viewOf(bytes))) {
          assert.ok(start <= end && end <= bytes.length);
        }
      } catch (error) {
        assert.ok(error instanceof WireError);
      }
    }),
  );
});

test("encodeMessage() and decodeMessages() agree on any payload", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (payload) => {
      const bytes = encodeMessage({ type: 20, flags: 0x301, sequence: 9, portId: 3 }, payload);
      const [message] = decodeMessages(viewOf(bytes));
      assert.deepEqual(bytes.subarray(message?.start, message?.end), payload);
      assert.equal(bytes.length, aligned(16 + payload.length));
    }),
  );
});
