/** A removed queue ends every wait on it, wherever it waits. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { SysvMessageQueue } from "linux-ipc/message-queue";
import { blocked, blockedThreads } from "../harness/blocked.ts";
import { within } from "../harness/deadline.ts";
import { test } from "../harness/test.ts";
import { ForeignQueue, languages } from "./foreign.ts";
import { startProgram, startWorker } from "./programs.ts";
import { fill, freeKey, keyedQueue, privateQueue } from "./queue.ts";
import { waitNames, waits } from "./waits.ts";

for (const kind of waitNames) {
  const { call, threads } = waits[kind];
  const settings = { timeoutMs: 30_000 };

  test(`remove() ends ${kind} in a worker with EIDRM`, settings, async (scene) => {
    const queue = queueFor(scene, call);
    const worker = startWorker("wait", { id: queue.id, kind });
    scene.after(() => worker.terminate());
    await blocked(process.pid, call, queue.id, threads);
    queue.remove();
    const [how] = await within("EIDRM in the worker", once(worker, "message"));
    assert.equal(how, "EIDRM");
  });

  test(`remove() ends ${kind} in another process with EIDRM`, settings, async (scene) => {
    const queue = queueFor(scene, call);
    await using peer = await startProgram("wait", [queue.id, kind]);
    await blocked(peer.pid, call, queue.id, threads);
    queue.remove();
    assert.equal(await peer.line(), "EIDRM");
  });
}

test("remove() ends all waits of this process and of every foreign one", async (scene) => {
  const key = freeKey();
  const queue = keyedQueue(scene, key);
  const [perl] = languages;
  assert.ok(perl !== undefined);
  await using one = await ForeignQueue.open(perl, key);
  await using two = await ForeignQueue.open(perl, key);
  const foreign = [one.receive(0, 10), two.receive(-5, 10)];
  const own = Array.from({ length: 20 }, (_, type) =>
    assert.rejects(queue.receive({ type }), { code: "EIDRM", hint: "the queue was removed" }),
  );
  await blocked(process.pid, "msgrcv", queue.id, own.length);
  await blocked(one.peer.pid, "msgrcv", queue.id);
  await blocked(two.peer.pid, "msgrcv", queue.id);
  queue.remove();
  await within("every end", Promise.all(own));
  assert.deepEqual(await Promise.all(foreign), ["EIDRM", "EIDRM"]);
  assert.equal(blockedThreads(process.pid, "msgrcv", queue.id), 0);
});

test("receive() keeps its time limit while another's messages come and go", async (scene) => {
  const queue = privateQueue(scene);
  const began = performance.now();
  const waiting = queue.receive({ type: 9, timeoutMs: 300 });
  const late = assert.rejects(waiting, { code: "ETIMEDOUT", syscall: "msgrcv" });
  for (let i = 0; i < 100; i++) {
    await queue.send(1, "x");
    await queue.receive({ type: 1 });
  }
  await late;
  const took = performance.now() - began;
  assert.ok(took >= 299, `after ${took} ms`);
  assert.ok(took < 5_000, `after ${took} ms`);
});

/** Full, where the wait is for room. */
function queueFor(scene: Parameters<typeof privateQueue>[0], call: string): SysvMessageQueue {
  const queue = privateQueue(scene);
  if (call === "msgsnd") fill(queue, 4096);
  return queue;
}
