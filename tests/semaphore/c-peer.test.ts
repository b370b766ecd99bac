/** The manual pages' own examples speak to our sets, in both directions. */
import assert from "node:assert/strict";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { blocked } from "../harness/blocked.ts";
import { compiled } from "../harness/compiled.ts";
import { within } from "../harness/deadline.ts";
import { ask, runPeer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateSet } from "./set.ts";

const settings = { needs: ["gcc"] } as const;

const program = (scene: TestScene): Promise<string> =>
  compiled(scene, "tests/semaphore/peers/semop.c");

test("a C program's lock keeps us out until it ends", settings, async (scene) => {
  const file = await program(scene);
  const set = privateSet(scene, 0);
  await using peer = await startPeer(file, ["lock", String(set.id)]);
  assert.equal(await peer.line(), "locked");
  const lock = [
    { index: 0, by: 0 },
    { index: 0, by: 1, undo: true },
  ];
  assert.equal(set.tryOperate(lock), false);
  const waiting = set.operate(lock);
  await blocked(process.pid, "semop", set.id);
  peer.end();
  await within("the lock", waiting);
  assert.equal((await peer.ended()).code, 0);
  assert.deepEqual([set.value(0), set.lastPid(0)], [1, process.pid]);
});

test("our lock keeps a C program out", settings, async (scene) => {
  const file = await program(scene);
  const set = privateSet(scene, 1);
  await using peer = await startPeer(file, ["lock", String(set.id)]);
  await blocked(peer.pid, "semop", set.id);
  const late = await runPeer(file, ["timed", String(set.id)]);
  assert.deepEqual([late.code, late.stderr], [1, "semtimedop: Resource temporarily unavailable\n"]);
  set.acquireSync(0);
  assert.equal(await peer.line(), "locked");
});

test("byId() takes the set that a C program made and waits on", settings, async (scene) => {
  const file = await program(scene);
  await using peer = await startPeer(file, ["writer"]);
  using set = SysvSemaphoreSet.byId(Number(await peer.line()));
  await blocked(peer.pid, "semop", set.id);
  assert.deepEqual(set.waiters(0), { increase: 0, zero: 1 });
  set.acquireSync(0);
  assert.equal(await peer.line(), "zero");
  assert.equal((await peer.ended()).code, 0);
  assert.throws(() => set.value(0), { code: "EIDRM" });
});

test("post() gives a C program what it takes", settings, async (scene) => {
  const file = await program(scene);
  const set = privateSet(scene, 0);
  set.post(0);
  assert.equal(await ask(file, ["reader", String(set.id)]), "done");
  assert.equal(set.value(0), 0);
});
