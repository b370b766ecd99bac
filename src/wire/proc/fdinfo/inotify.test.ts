/** Shows that the lines of an inotify instance are read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { flagNames } from "../../flag-names.ts";
import { bytesOf, textOf } from "../text.ts";
import { decodeInotify, encodeInotify, inotifyEvents } from "./inotify.ts";

const head = "pos:\t0\nflags:\t00\nmnt_id:\t17\nino:\t1038\n";
const lines =
  "inotify wd:3 ino:1 sdev:15 mask:80000002 ignored_mask:0 " +
  "fhandle-bytes:c fhandle-type:81 f_handle:010000000000000000000000\n" +
  "inotify wd:1 ino:3f7e8 sdev:fe00000 mask:3ff ignored_mask:0 " +
  "fhandle-bytes:8 fhandle-type:1 f_handle:e8f7030000000000\n" +
  "inotify wd:a ino:2 sdev:2a mask:2 ignored_mask:0 \n";

test("decodeInotify() reads the lines of Linux 6.18, and encodeInotify() gives them back", () => {
  const watches = decodeInotify(head + lines);
  assert.deepEqual(
    watches.map(({ watch, inode, device, mask }) => [watch, inode, device, mask]),
    [
      [3, 1n, 0x15, 0x80000002],
      [1, 0x3f7e8n, 0xfe00000, 0x3ff],
      [10, 2n, 0x2a, 2],
    ],
  );
  assert.deepEqual(watches[1]?.handle, {
    type: 1,
    bytes: Uint8Array.of(0xe8, 0xf7, 3, 0, 0, 0, 0, 0),
  });
  assert.equal(watches[2]?.handle, undefined);
  assert.equal(encodeInotify(watches), lines);
  assert.deepEqual(flagNames(inotifyEvents, 0x80000002), ["IN_MODIFY", "IN_ONESHOT"]);
});

test("decodeInotify() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(head + lines)), (bytes) => {
      const watches = decodeInotify(textOf(bytes));
      assert.deepEqual(decodeInotify(encodeInotify(watches)), watches);
    }),
  );
});
