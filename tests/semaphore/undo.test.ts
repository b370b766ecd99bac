/** What undo gives back, and when: at the end of the process, and at no other. */
import assert from "node:assert/strict";
import type { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { blocked } from "../harness/blocked.ts";
import type { Peer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ForeignSemaphore } from "./foreign.ts";
import type { Way } from "./programs/holder.ts";
import { startProgram } from "./programs.ts";
import { freeKey, keyedSet, privateSet } from "./set.ts";

/** How the process that holds it comes to its end. */
const ends: Readonly<Record<string, (peer: Peer) => void>> = {
  "ends by itself": (peer) => peer.end(),
  "is killed": (peer) => peer.kill(),
};

/** A process of ours that holds the only one of a set, taken in this way. */
async function holder(scene: TestScene, set: SysvSemaphoreSet, way: Way): Promise<Peer> {
  const engine = way === "engine" || way === "after-namespace";
  if (engine) set.acquireSync(0);
  const peer = await startProgram("holder", [set.id, way]);
  scene.after(() => peer[Symbol.asyncDispose]());
  if (engine) {
    assert.equal(await peer.line(), "waiting");
    await blocked(peer.pid, "semop", set.id);
    set.post(0);
  }
  assert.equal(await peer.line(), "held");
  return peer;
}

const claims: Readonly<Record<Way, string>> = {
  plain: "what the main thread took",
  worker: "what a terminated worker took",
  "worker-ends": "what a worker took that has ended",
  engine: "what a thread of the wait engine took that has ended",
  "after-namespace": "what a thread took after another had been in a namespace",
  child: "what was taken before a child came and went",
};

for (const [way, what] of Object.entries(claims) as [Way, string][]) {
  for (const [how, end] of Object.entries(ends)) {
    const needs = way === "after-namespace" ? (["root"] as const) : [];

    test(`${what} comes back when the process ${how}, not before`, { needs }, async (scene) => {
      const set = privateSet(scene, 1);
      const peer = await holder(scene, set, way);
      assert.equal(set.value(0), 0);
      end(peer);
      await peer.ended();
      assert.equal(set.value(0), 1);
    });
  }
}

test("an undo that would go below zero stops at zero", { needs: ["perl"] }, async (scene) => {
  const key = freeKey();
  const set = keyedSet(scene, key, { initial: [1, 1] });
  await using perl = await ForeignSemaphore.perl(key);
  assert.equal(await perl.ask("operate", "0:5:undo", "1:5:undo"), "done");
  set.acquireSync(0, { by: 4 });
  await perl.kill();
  assert.deepEqual(set.values(), [0, 1]);
});

test("setValue() and setAll() forget what is to be undone", { needs: ["perl"] }, async (scene) => {
  const key = freeKey();
  const set = keyedSet(scene, key, { initial: [9, 9, 9] });
  await using perl = await ForeignSemaphore.perl(key);
  const take = ["operate", "0:-1:undo", "1:-1:undo", "2:-1:undo"];
  assert.equal(await perl.ask(...take), "done");
  set.setValue(0, 5);
  await perl.kill();
  assert.deepEqual(set.values(), [5, 9, 9]);
  await using other = await ForeignSemaphore.perl(key);
  assert.equal(await other.ask(...take), "done");
  set.setAll([3, 3, 3]);
  await other.kill();
  assert.deepEqual(set.values(), [3, 3, 3]);
});

test("release() with the undo it was taken with leaves nothing to be undone", (scene) => {
  const set = privateSet(scene, 32_767);
  // Without undo on the way back, what is to be undone would pass SEMAEM and be refused.
  for (let time = 0; time < 4; time++) set.acquireSync(0, { by: 32_767, undo: true }).release();
  assert.equal(set.value(0), 32_767);
});

test("an undo goes through exec, and not to a child", { needs: ["perl"] }, async (scene) => {
  const key = freeKey();
  const set = keyedSet(scene, key, { initial: [1] });
  await using perl = await ForeignSemaphore.perl(key);
  assert.equal(await perl.ask("operate", "0:-1:undo"), "done");
  assert.equal(await perl.ask("child"), "done");
  assert.equal(set.value(0), 0);
  assert.equal(await perl.ask("become", "cat"), "becoming");
  assert.equal(await perl.ask("echoed"), "echoed");
  assert.equal(set.value(0), 0);
  perl.peer.end();
  await perl.peer.ended();
  assert.equal(set.value(0), 1);
});

test("setValue() lets go of our own undo as well", (scene) => {
  const set = privateSet(scene, 1);
  const held = set.acquireSync(0, { undo: true });
  set.setValue(0, 1);
  // Now there is one more than there was: release() adds what it was told to.
  held.release();
  assert.equal(set.value(0), 2);
});
