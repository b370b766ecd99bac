/** What ends a wait from outside: the set is removed, its worker is terminated, its process ends. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { blocked, blockedThreads } from "../harness/blocked.ts";
import { until, within } from "../harness/deadline.ts";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ForeignSemaphore } from "./foreign.ts";
import { startProgram, startWorker } from "./programs.ts";
import { freeKey, keyedSet, privateSet } from "./set.ts";
import { waitedOn, waitNames, waits } from "./waits.ts";

for (const kind of waitNames) {
  const { threads } = waits[kind];
  const settings = { timeoutMs: 30_000 };

  test(`remove() ends ${kind} in a worker with EIDRM`, settings, async (scene) => {
    const set = privateSet(scene, ...waitedOn);
    const worker = startWorker("wait", { id: set.id, kind });
    scene.after(() => worker.terminate());
    await blocked(process.pid, "semop", set.id, threads);
    set.remove();
    const [how] = await within("EIDRM in the worker", once(worker, "message"));
    assert.equal(how, "EIDRM");
  });

  test(`remove() ends ${kind} in another process with EIDRM`, settings, async (scene) => {
    const set = privateSet(scene, ...waitedOn);
    await using peer = await startProgram("wait", [set.id, kind]);
    await blocked(peer.pid, "semop", set.id, threads);
    set.remove();
    assert.equal(await peer.line(), "EIDRM");
  });

  test(`terminate() ends a worker in ${kind}, and nothing was done`, settings, async (scene) => {
    const set = privateSet(scene, ...waitedOn);
    const worker = startWorker("wait", { id: set.id, kind });
    await blocked(process.pid, "semop", set.id, threads);
    await within("the end of the worker", worker.terminate());
    await until("no thread to be left", () => blockedThreads(process.pid, "semop", set.id) === 0);
    assert.deepEqual(set.values(), waitedOn);
    assert.deepEqual(set.waiters(0), { increase: 0, zero: 0 });
    set.post(0);
    assert.deepEqual(set.values(), [1, 1]);
  });
}

test("process.exit() ends a process with workers in every kind of wait", async (scene) => {
  const set = privateSet(scene, ...waitedOn);
  await using peer = await startProgram("exit", [set.id]);
  const threads = waitNames.reduce((sum, kind) => sum + waits[kind].threads, 0);
  await blocked(peer.pid, "semop", set.id, threads);
  peer.say("exit");
  assert.equal((await peer.ended()).code, 7);
  assert.deepEqual(set.values(), waitedOn);
});

test("a waiting process that is killed takes nothing with it", async (scene) => {
  const set = privateSet(scene, ...waitedOn);
  await using peer = await startProgram("wait", [set.id, "operate"]);
  await blocked(peer.pid, "semop", set.id);
  peer.kill();
  await peer.ended();
  set.post(0);
  assert.deepEqual(set.values(), [1, 1]);
});

test("remove() ends all waits of this process and of every foreign one", {
  needs: ["perl"],
}, async (scene) => {
  const key = freeKey();
  const set = keyedSet(scene, key, { initial: waitedOn });
  await using one = await ForeignSemaphore.perl(key);
  await using two = await ForeignSemaphore.perl(key);
  const foreign = [one.ask("operate", "0:-1"), two.ask("operate", "1:0", "0:1")];
  const gone = { code: "EIDRM", hint: "the set was removed" };
  const own = Array.from({ length: 20 }, (_, by) =>
    assert.rejects(set.acquire(0, { by: by + 1 }), gone),
  );
  await blocked(process.pid, "semop", set.id, own.length);
  await blocked(one.pid, "semop", set.id);
  await blocked(two.pid, "semop", set.id);
  set.remove();
  await within("every end", Promise.all(own));
  assert.deepEqual(await Promise.all(foreign), ["EIDRM", "EIDRM"]);
});

test("acquire() keeps its time limit while others come and go", async (scene) => {
  const set = privateSet(scene, 1);
  const began = performance.now();
  const late = assert.rejects(set.acquire(0, { by: 2, timeoutMs: 300 }), { code: "ETIMEDOUT" });
  for (let i = 0; i < 100; i++) (await set.acquire(0)).release();
  await late;
  const took = performance.now() - began;
  assert.ok(took >= 299 && took < 5_000, `after ${took} ms`);
});

/** Everything that asks the kernel about the set. */
const calls: Readonly<Record<string, (set: SysvSemaphoreSet) => unknown>> = {
  "tryOperate()": (set) => set.tryOperate([{ index: 0, by: 1 }]),
  "operate()": (set) => set.operate([{ index: 0, by: 1 }]),
  "operateSync()": (set) => set.operateSync([{ index: 0, by: 1 }]),
  "tryAcquire()": (set) => set.tryAcquire(0),
  "acquire()": (set) => set.acquire(0),
  "acquireSync()": (set) => set.acquireSync(0),
  "post()": (set) => set.post(0),
  "tryWaitForZero()": (set) => set.tryWaitForZero(0),
  "waitForZero()": (set) => set.waitForZero(0),
  "waitForZeroSync()": (set) => set.waitForZeroSync(0),
  "value()": (set) => set.value(0),
  "values()": (set) => set.values(),
  "setValue()": (set) => set.setValue(0, 1),
  "setAll()": (set) => set.setAll([1]),
  "lastPid()": (set) => set.lastPid(0),
  "waiters()": (set) => set.waiters(0),
  "stat()": (set) => set.stat(),
  "set()": (set) => set.set({ mode: 0o600 }),
  "remove()": (set) => set.remove(),
};

/** The ways in which a set goes away under a handle: its slot is free, or taken by another one. */
const ends: Readonly<Record<string, (scene: TestScene, set: SysvSemaphoreSet) => unknown>> = {
  "removed by this handle": (_scene, set) => set.remove(),
  "removed by another program": (_scene, set) => ask("ipcrm", ["-s", String(set.id)]),
  "replaced by another one": (scene, set) => {
    set.remove();
    assert.notEqual(privateSet(scene, 1).id, set.id);
  },
};

for (const [how, end] of Object.entries(ends)) {
  test(`every call answers EIDRM when the set was ${how}`, {
    needs: ["util-linux"],
  }, async (scene) => {
    const set = privateSet(scene, 1);
    const held = set.acquireSync(0);
    await end(scene, set);
    const address = `sem:${set.id}`;
    const gone = { name: "SystemError", code: "EIDRM", errno: -43, address };
    for (const [name, call] of Object.entries(calls)) {
      const made = Promise.resolve(set).then(call);
      await assert.rejects(made, { ...gone, hint: "the set was removed" }, name);
    }
    assert.throws(() => held.release(), gone);
    assert.equal(set.closed, false);
  });
}

test("byId() answers EINVAL for a set that was removed: nothing proves that it was there", (scene) => {
  const set = privateSet(scene, 1);
  set.remove();
  assert.throws(() => SysvSemaphoreSet.byId(set.id), { code: "EINVAL" });
});
