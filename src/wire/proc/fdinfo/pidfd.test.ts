/** Shows that what the kernel tells of a pidfd is read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { decodePidfd, encodePidfd } from "./pidfd.ts";

const head = "pos:\t0\nflags:\t02000002\nmnt_id:\t4\nino:\t2608818\n";

test("decodePidfd() reads the lines of Linux 6.18, and encodePidfd() gives them back", () => {
  const golden = {
    "Pid:\t14094\nNSpid:\t14094\n": { pid: 14094, namespaced: [14094] },
    "Pid:\t14094\nNSpid:\t14094\t7\t1\n": { pid: 14094, namespaced: [14094, 7, 1] },
    "Pid:\t-1\nNSpid:\t-1\n": { pid: -1, namespaced: [-1] },
    "Pid:\t0\nNSpid:\t0\n": { pid: 0, namespaced: [0] },
    "Pid:\t5\n": { pid: 5, namespaced: [] },
  };
  for (const [text, info] of Object.entries(golden)) {
    assert.deepEqual(decodePidfd(head + text), info);
    assert.equal(encodePidfd(info), text);
  }
  assert.equal(decodePidfd(head), undefined);
});

test("decodePidfd() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(`${head}Pid:\t14094\nNSpid:\t14094\t7\n`)), (bytes) => {
      const info = decodePidfd(textOf(bytes));
      if (info !== undefined) assert.deepEqual(decodePidfd(encodePidfd(info)), info);
    }),
  );
});
