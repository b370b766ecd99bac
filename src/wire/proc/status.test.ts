/** Shows that the ids and the name of /proc/PID/status are read rightly. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeStatus } from "./status.ts";
import { bytesOf } from "./text.ts";

const golden =
  "Name:\tcat\nUmask:\t0022\nState:\tR (running)\nTgid:\t9\nPid:\t9\nPPid:\t1\n" +
  "Uid:\t1000\t1001\t1002\t1003\nGid:\t4294967294\t0\t0\t0\nFDSize:\t64\n";

test("decodeStatus() reads name, uids and gids", () => {
  assert.deepEqual(decodeStatus(bytesOf(golden)), {
    name: "cat",
    uid: { real: 1000, effective: 1001, saved: 1002, filesystem: 1003 },
    gid: { real: 4294967294, effective: 0, saved: 0, filesystem: 0 },
  });
});

test("decodeStatus() reads the status of this process", () => {
  const status = decodeStatus(readFileSync("/proc/self/status"));
  assert.equal(status.uid?.real, process.getuid?.());
  assert.equal(status.gid?.effective, process.getegid?.());
});

test("decodeStatus() undoes the kernel's escapes, so that no name forges a line", () => {
  const status = decodeStatus(bytesOf(golden.replace("cat", "a\\nUid:\\t0\\\\n")));
  assert.equal(status.name, "a\nUid:\\t0\\n");
  assert.equal(status.uid?.real, 1000);
});

test("decodeStatus() gives null for what is not there", () => {
  assert.deepEqual(decodeStatus(bytesOf("")), { name: null, uid: null, gid: null });
  assert.equal(decodeStatus(bytesOf("Name:\tcat\nUid:\t1000\t1001\n")).uid, null);
});

test("decodeStatus() is total", () => {
  fc.assert(fc.property(anyBytes(bytesOf(golden)), (bytes) => void decodeStatus(bytes)));
});
