/** Shows that the lines of a fanotify group are read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { asksPermission, decodeFanotify, encodeFanotify } from "./fanotify.ts";

const head = "pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1038\n";
const lines =
  "fanotify flags:34 event-flags:8000\n" +
  "fanotify ino:3f7ea sdev:fe00000 mflags:0 mask:0 ignored_mask:2 " +
  "fhandle-bytes:8 fhandle-type:1 f_handle:eaf7030000000000\n" +
  "fanotify sdev:fe00000 mflags:0 mask:2 ignored_mask:0\n" +
  "fanotify mnt_id:1b mflags:0 mask:10000 ignored_mask:0\n" +
  "fanotify mnt_ns:4026531841 mflags:0 mask:3000000 ignored_mask:0\n";

test("decodeFanotify() reads the lines of Linux 6.18, and encodeFanotify() gives them back", () => {
  const group = decodeFanotify(head + lines);
  assert.deepEqual([group?.flags, group?.eventFlags], [0x34, 0x8000]);
  assert.deepEqual(
    group?.marks.map(({ target, mask, ignored }) => [target.what, mask, ignored]),
    [
      ["inode", 0, 2],
      ["file-system", 2, 0],
      ["mount", 0x10000, 0],
      ["mount-namespace", 0x3000000, 0],
    ],
  );
  assert.deepEqual(group?.marks[2]?.target, { what: "mount", mountId: 27 });
  assert.deepEqual(group?.marks.map(asksPermission), [false, false, true, false]);
  assert.equal(group && encodeFanotify(group), lines);
  assert.equal(decodeFanotify(head), undefined);
});

test("decodeFanotify() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(head + lines)), (bytes) => {
      const group = decodeFanotify(textOf(bytes));
      if (group !== undefined) assert.deepEqual(decodeFanotify(encodeFanotify(group)), group);
    }),
  );
});
