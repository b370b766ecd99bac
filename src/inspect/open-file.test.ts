/** Reads links of descriptors of our own. */
import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { isPlainFile, openFile } from "./open-file.ts";

test("openFile() tells what a descriptor is open on", (scene) => {
  const fd = openSync("/etc/passwd", "r");
  scene.after(() => closeSync(fd));
  const link = openFile({ pid: process.pid, fd });
  assert.deepEqual(link, { target: "/etc/passwd", kind: "file" });
  assert.equal(isPlainFile(link), true);
  assert.equal(isPlainFile({ target: "socket:[1]", kind: "socket" }), false);
});

test("openFile() rejects what is not there, and what is no number", () => {
  assert.throws(() => openFile({ pid: process.pid, fd: 100_000 }), { code: "ENOENT" });
  assert.throws(() => openFile({ pid: 4_194_304, fd: 0 }), { code: "ENOENT" });
  assert.throws(() => openFile({ pid: 1.5, fd: 0 }), { code: "ERR_INVALID_ARG_TYPE" });
});
