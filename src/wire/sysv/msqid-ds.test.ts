/** The layout of struct msqid_ds: golden bytes, and what C makes of the same. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { decodeMsginfo, decodeMsqidDs, encodeMsqidDs, MSQID_DS_BYTES } from "./msqid-ds.ts";

/** Packed field by field after include/uapi/asm-generic/{ipcbuf,msgbuf}.h. */
const golden = Buffer.from(
  "7856345a010000000200000003000000040000008001000007000000000000000000000000000000" +
    "00000000000000000a00000000000000140000000000000000d2496b000000001e00000000000000" +
    "02000000000000000040000000000000bb010000bc01000000000000000000000000000000000000",
  "hex",
);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

test("decodeMsqidDs() finds every field at its place", () => {
  assert.equal(golden.length, MSQID_DS_BYTES);
  assert.deepEqual(decodeMsqidDs(viewOf(golden)), {
    key: 0x5a345678,
    uid: 1,
    gid: 2,
    creatorUid: 3,
    creatorGid: 4,
    mode: 0o600,
    sequence: 7,
    sentTime: 10n,
    receivedTime: 20n,
    changedTime: 1_800_000_000n,
    bytes: 30n,
    messages: 2n,
    maxBytes: 16384n,
    lastSendPid: 443,
    lastReceivePid: 444,
  });
});

test("encodeMsqidDs() writes back what decodeMsqidDs() read, whatever the bytes", () => {
  const sizes = { minLength: MSQID_DS_BYTES, maxLength: MSQID_DS_BYTES };
  fc.assert(
    fc.property(fc.uint8Array(sizes), (bytes) => {
      const copy = Uint8Array.from(bytes);
      encodeMsqidDs(viewOf(copy), decodeMsqidDs(viewOf(bytes)));
      assert.deepEqual(copy, bytes);
    }),
  );
});

test("decodeMsginfo() reads the eight fields in the order of the header", () => {
  const bytes = Buffer.alloc(32);
  for (let word = 0; word < 7; word++) bytes.writeInt32LE(word + 1, word * 4);
  bytes.writeUInt16LE(8, 28);
  assert.deepEqual(Object.values(decodeMsginfo(viewOf(bytes))), [1, 2, 3, 4, 5, 6, 7, 8]);
});
