/** What the verbs answer for a descriptor, and for what lives in another namespace. */
import assert from "node:assert/strict";
import { startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { ipc, ipcAsNobody } from "./ipc.ts";

test("who says what a descriptor is that leads to no object", async (scene) => {
  const peer = await startPeer("sh", ["-c", "exec 9</etc/passwd; echo ready; read line"]);
  scene.after(() => peer[Symbol.asyncDispose]());
  assert.equal(await peer.line(), "ready");
  const file = await ipc(["who", `pid:${peer.pid}/fd/9`]);
  assert.deepEqual([file.code, file.stdout], [1, ""]);
  const said = `fd 9 of sh \\(${peer.pid}\\) is /etc/passwd \\(file\\), which is no IPC object`;
  assert.match(file.stderr, new RegExp(said));
  const none = await ipc(["who", `pid:${peer.pid}/fd/77`]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, new RegExp(`sh \\(${peer.pid}\\) has no fd 77`));
  const nobody = await ipc(["who", "pid:4194304/fd/0"]);
  assert.deepEqual([nobody.code, nobody.stderr], [1, "ipc: there is no process 4194304\n"]);
});

test("who as nobody exits 3 for a descriptor that it may not read", {
  needs: ["setuid", "root"],
}, async () => {
  const { code, stderr } = await ipcAsNobody(["who", `pid:${process.pid}/fd/0`]);
  assert.equal(code, 3);
  assert.match(stderr, /^ipc: what fd 0 of .* is could not be read: EACCES/m);
});

test("the verbs that act refuse what lives in another namespace, and name nsenter", async () => {
  for (const words of [
    ["rm", "@4026532178/msg:0"],
    ["send", "@4026532178/msg:0", "x"],
    ["recv", "@4026532178/msg:0"],
    ["peek", "@4026532178/msg:0"],
  ]) {
    const { code, stderr } = await ipc(words);
    assert.equal(code, 2, words.join(" "));
    assert.match(
      stderr,
      /msg:0 of the namespace 4026532178 can be looked at.*nsenter --target PID/,
    );
  }
  const { code, stderr } = await ipc(["show", "@4026532178/msg:0"]);
  assert.deepEqual([code, stderr], [1, "ipc: there is no @4026532178/msg:0\n"]);
});
