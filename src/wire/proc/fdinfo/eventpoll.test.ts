/** Shows that the lines of an epoll instance are read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { decodeEventpoll, encodeEventpoll, isDisarmed } from "./eventpoll.ts";

const head = "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t1038\n";
const lines = [
  "tfd:        3 events:       19 data:     7fc900000003  pos:0 ino:40e sdev:10\n",
  "tfd:        5 events: 80000019 data:     7fc900000005  pos:0 ino:856e66 sdev:f\n",
];

test("decodeEventpoll() reads the lines of Linux 6.18, and encodeEventpoll() gives them back", () => {
  const targets = decodeEventpoll(head + lines.join(""));
  assert.deepEqual(targets, [
    {
      fd: 3,
      events: 0x19,
      data: 0x7fc900000003n,
      file: { position: 0n, inode: 0x40en, device: 0x10 },
    },
    {
      fd: 5,
      events: 0x80000019,
      data: 0x7fc900000005n,
      file: { position: 0n, inode: 0x856e66n, device: 0xf },
    },
  ]);
  assert.equal(encodeEventpoll(targets), lines.join(""));
  assert.deepEqual(decodeEventpoll(head), []);
});

test("decodeEventpoll() reads the lines of kernels that tell no inode", () => {
  const [target] = decodeEventpoll("tfd:        3 events:       19 data:                3\n");
  assert.deepEqual(target, { fd: 3, events: 0x19, data: 3n, file: undefined });
});

test("isDisarmed() knows a target of EPOLLONESHOT that was told", () => {
  const [used, armed] = decodeEventpoll(
    "tfd:        3 events: 40000000 data:                3\n" +
      "tfd:        3 events: 40000019 data:                3\n",
  );
  assert.deepEqual([used && isDisarmed(used), armed && isDisarmed(armed)], [true, false]);
});

test("decodeEventpoll() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(head + lines.join(""))), (bytes) => {
      const targets = decodeEventpoll(textOf(bytes));
      assert.deepEqual(decodeEventpoll(encodeEventpoll(targets)), targets);
    }),
  );
});
