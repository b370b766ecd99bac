/** Shows that the links of /proc/PID/ns are read, and nothing else is taken for one. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { decodeNamespace, encodeNamespace } from "./namespace.ts";

test("decodeNamespace() reads kind and inode number", () => {
  assert.deepEqual(decodeNamespace("ipc:[4026531839]"), { name: "ipc", inode: 4026531839 });
  assert.deepEqual(decodeNamespace("pid_for_children:[7]"), { name: "pid_for_children", inode: 7 });
});

test("decodeNamespace() refuses what is no such link", () => {
  for (const text of ["", "ipc", "ipc:[]", "ipc:[-1]", "ipc:[07]", "/x:[7]", "ipc:[7] "]) {
    assert.equal(decodeNamespace(text), undefined);
  }
});

test("encodeNamespace(decodeNamespace()) gives the same text", () => {
  for (const name of ["ipc", "net", "mnt", "pid", "user", "uts"]) {
    const text = readlinkSync(`/proc/self/ns/${name}`);
    const link = decodeNamespace(text);
    assert.ok(link);
    assert.equal(encodeNamespace(link), text);
  }
});

test("decodeNamespace() is total, and what it accepts it gives back", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const link = decodeNamespace(text);
      if (link !== undefined) assert.equal(encodeNamespace(link), text);
    }),
  );
});
