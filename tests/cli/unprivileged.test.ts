/** What the command answers to somebody who may not see or touch. */
import assert from "node:assert/strict";
import { test } from "../harness/test.ts";
import { ipcAsNobody } from "./ipc.ts";
import { blockedReceiver, foreignQueue, perlSend } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated", "setuid", "root"] } as const;

test(
  "ls as nobody shows every queue, a line a class of gap, and exits 0",
  settings,
  async (scene) => {
    const id = await foreignQueue(scene);
    const { code, stdout, stderr } = await ipcAsNobody(["ls"]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^msg:${id} `, "m"));
    const lines = stderr.trimEnd().split("\n");
    assert.ok(lines.length >= 1 && lines.length < 10, stderr);
    for (const line of lines) assert.match(line, /^ipc: not seen: /);
    assert.equal(new Set(lines).size, lines.length);
    assert.equal((await ipcAsNobody(["ls", "--strict"])).code, 3);
  },
);

test("who and why as nobody exit 3 where they cannot tell", settings, async (scene) => {
  const id = await foreignQueue(scene);
  const { pid } = await blockedReceiver(scene, id);
  for (const words of [
    ["who", `msg:${id}`],
    ["why", `msg:${id}`],
    ["why", String(pid)],
  ]) {
    assert.equal((await ipcAsNobody(words)).code, 3, words.join(" "));
  }
});

test("peek as nobody exits 3: a question without an answer", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await perlSend(id, 1, "secret");
  const { code, stdout, stderr } = await ipcAsNobody(["peek", `msg:${id}`]);
  assert.deepEqual([code, stdout], [3, ""]);
  assert.match(stderr, /^ipc: cannot peek into msg:\d+: EACCES[^\n]*\n$/);
});

test("send, recv and rm as nobody exit 4: the system refused", settings, async (scene) => {
  const address = `msg:${await foreignQueue(scene)}`;
  for (const words of [
    ["send", address, "x"],
    ["recv", address],
    ["rm", address],
  ]) {
    const { code, stderr } = await ipcAsNobody(words);
    assert.equal(code, 4, words.join(" "));
    assert.match(
      stderr,
      /^ipc: cannot (send to|receive from|remove) msg:\d+: E(ACCES|PERM)[^\n]*\n$/,
    );
  }
});
