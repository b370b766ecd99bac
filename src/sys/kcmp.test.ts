/** Shows that kcmp(2) tells a descriptor that was duplicated from one that was opened anew. */
import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { startPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { isSameFile, kcmpFiles } from "./kcmp.ts";

test("kcmpFiles() says which descriptors are open on the same file", {
  needs: ["gcc"],
}, async () => {
  // The child has its own descriptors 0 and 1; its 3 and 4 are the file's and a duplicate's.
  const script = "exec 3</dev/null 4<&3 5</dev/null; echo ready; read line";
  await using peer = await startPeer("bash", ["-c", script]);
  assert.equal(await peer.line(), "ready");
  const own = openSync("/dev/null", "r");
  const { pid } = peer;
  const descriptors = [5, 4, 3].map((fd) => ({ pid, fd }));
  const answer = kcmpFiles([{ pid: process.pid, fd: own }, ...descriptors, { pid, fd: 99 }]);
  closeSync(own);
  assert.deepEqual(answer, [0, 1, 2, 2, -9]);
  assert.equal(isSameFile({ pid, fd: 3 }, { pid, fd: 4 }), true);
  assert.equal(isSameFile({ pid, fd: 3 }, { pid, fd: 5 }), false);
  assert.equal(isSameFile({ pid, fd: 3 }, { pid, fd: 99 }), false);
});

test("kcmpFiles() refuses what is no process, and takes an empty list", () => {
  const alone = { pid: process.pid, fd: 1 };
  const [first, second = 0, third] = kcmpFiles([alone, { pid: 0x7ffffff0, fd: 1 }, alone]);
  assert.deepEqual([first, second < 0, third], [0, true, 0]);
  assert.deepEqual(kcmpFiles([]), []);
});
