/** Shows what every descriptor's fdinfo says. */
import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { fdinfoOf } from "./fdinfo.ts";
import { bytesOf, textOf } from "./text.ts";

const golden = "pos:\t0\nflags:\t02100001\nmnt_id:\t27\nino:\t2162698\n";

test("fdinfoOf() reads flags in octal, the mount and the inode", () => {
  assert.deepEqual(fdinfoOf(golden), { flags: 0o2100001, mountId: 27, inode: 2162698 });
  assert.equal(fdinfoOf("ino:\t18446744073709551615\n").inode, 2n ** 64n - 1n);
});

test("fdinfoOf() knows nothing of what is not there", () => {
  const nothing = { flags: undefined, mountId: undefined, inode: undefined };
  assert.deepEqual(fdinfoOf(""), nothing);
  assert.deepEqual(fdinfoOf("tfd: 1 ino:\t7\nmnt_id: 3\n"), nothing);
});

test("fdinfoOf() reads that of this process", () => {
  const fd = openSync("/etc/passwd", "r");
  try {
    const { inode, mountId, flags } = fdinfoOf(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
    assert.equal(inode, fstatSync(fd).ino);
    assert.ok((mountId ?? 0) > 0);
    assert.equal((flags ?? 1) & 3, 0);
  } finally {
    closeSync(fd);
  }
});

test("fdinfoOf() is total", () => {
  fc.assert(fc.property(anyBytes(bytesOf(golden)), (bytes) => void fdinfoOf(textOf(bytes))));
});
