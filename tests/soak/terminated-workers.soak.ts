/** A thread or process that waits can be ended at once, and leaves nothing behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { SysvMessageQueue } from "linux-ipc/message-queue";
import { blocked, blockedThreads } from "../harness/blocked.ts";
import { scaled } from "../harness/scale.ts";
import { type TestScene, test } from "../harness/test.ts";
import type { WaitsInWorker } from "../message-queue/programs/waits-in-worker.ts";
import { startProgram, startWorker } from "../message-queue/programs.ts";
import { fill, privateQueue } from "../message-queue/queue.ts";
import { type WaitName, waitNames, waits } from "../message-queue/waits.ts";
import { growthOf, type Memory } from "./growth.ts";

/** How long terminate() and process.exit() may take; a blocked call is looked after every 100 ms. */
const endMaxMs = 2_000;

/** Workers at a time, each with a queue of its own. */
const crowd = 4;

/** In CI 9 for each of the six kinds of wait, with four workers each: 216 ends. */
const rounds = scaled(90);

for (const kind of waitNames) {
  const settings = { timeoutMs: 60_000 + rounds * 1_000 };

  test(`terminate() ends a worker in the middle of ${kind}`, settings, async (scene) => {
    const queues = Array.from({ length: crowd }, () => privateQueue(scene));
    let slowest = 0;
    for (let round = 0; round < rounds; round++) {
      const took = await Promise.all(queues.map((queue) => terminateOnce(queue, kind)));
      slowest = Math.max(slowest, ...took);
    }
    scene.diagnostic(`${rounds * crowd} ends, the slowest took ${slowest.toFixed(0)} ms`);
    assert.ok(slowest < endMaxMs, `terminate() took ${slowest} ms`);
  });

  test(`process.exit() ends a process that waits in ${kind}`, async (scene) => {
    const queue = privateQueue(scene);
    if (kind.endsWith("Sync")) return void (await exitOfWorkers(queue, kind));
    prepare(queue, kind);
    await using peer = await startProgram("wait", [queue.id, kind]);
    await blocked(peer.pid, waits[kind].call, queue.id, waits[kind].threads);
    peer.say("exit");
    const { code, stderr } = await peer.ended();
    assert.deepEqual({ code, stderr }, { code: 7, stderr: "" });
  });
}

/** How long the end of one worker took; no one took or sent anything after it. */
async function terminateOnce(queue: SysvMessageQueue, kind: WaitName): Promise<number> {
  const { call, threads } = waits[kind];
  const full = prepare(queue, kind);
  const worker = startWorker("wait", { id: queue.id, kind });
  await blocked(process.pid, call, queue.id, threads);
  const began = performance.now();
  await worker.terminate();
  const tookMs = performance.now() - began;
  assert.equal(blockedThreads(process.pid, call, queue.id), 0);
  if (call === "msgrcv") assert.equal(queue.trySend(5, "still here"), true);
  assert.equal(drain(queue), call === "msgrcv" ? 1 : full);
  return tookMs;
}

function prepare(queue: SysvMessageQueue, kind: WaitName): number {
  return waits[kind].call === "msgsnd" ? fill(queue, 4096) : 0;
}

function drain(queue: SysvMessageQueue): number {
  let count = 0;
  while (queue.tryReceive() !== undefined) count++;
  return count;
}

/** The main thread of a process that is to exit cannot itself be blocked. */
async function exitOfWorkers(queue: SysvMessageQueue, kind: WaitName): Promise<void> {
  prepare(queue, kind);
  await using peer = await startProgram("exit", [`${kind}=${queue.id}`]);
  await blocked(peer.pid, waits[kind].call, queue.id);
  peer.say("exit");
  const { code, stderr } = await peer.ended();
  assert.deepEqual({ code, stderr }, { code: 7, stderr: "" });
}

test("process.exit() ends a process with a worker in every kind of wait", async (scene) => {
  const queues = new Map(waitNames.map((kind) => [kind, queueFor(scene, kind)]));
  const pairs = [...queues].map(([kind, queue]) => `${kind}=${queue.id}`);
  await using peer = await startProgram("exit", pairs);
  for (const [kind, queue] of queues) {
    await blocked(peer.pid, waits[kind].call, queue.id, waits[kind].threads);
  }
  const began = performance.now();
  peer.say("exit");
  const { code, stderr } = await peer.ended();
  assert.deepEqual({ code, stderr }, { code: 7, stderr: "" });
  assert.ok(performance.now() - began < endMaxMs);
});

function queueFor(scene: TestScene, kind: WaitName): SysvMessageQueue {
  const queue = privateQueue(scene);
  prepare(queue, kind);
  return queue;
}

/** Waits under way in each worker that is terminated for the sake of its memory. */
const waitsInWorker = 8;

/**
 * What a worker that is terminated in the middle of eight waits may leave, in bytes, beyond one that
 * waits for nothing: less than the eight regions that its waits were to fill, of which it touched a
 * page each. Node's own leavings of a worker are as uncertain as this.
 */
const leftBytesMax = waitsInWorker * 4096;

const workersWanted = scaled(800);

test("terminate() of a worker with eight waits leaves no more memory than of one without", {
  needs: ["unsanitized"],
  timeoutMs: 60_000 + workersWanted * 1_000,
}, async (scene) => {
  const { id } = privateQueue(scene);
  const left = async (count: number): Promise<Memory> =>
    await growthOf(workersWanted, async (workers) => {
      for (let worker = 0; worker < workers; worker++) await terminateWith({ id, waits: count });
    });
  const without = await left(0);
  const withWaits = await left(waitsInWorker);
  for (const of of ["heap", "native"] as const) {
    const figures = `${without[of].toFixed(0)} B without waits, ${withWaits[of].toFixed(0)} B with`;
    scene.diagnostic(`a terminated worker leaves in ${of} memory: ${figures}`);
    // Memory that shrank without waits says nothing of what waits leave.
    assert.ok(withWaits[of] - Math.max(0, without[of]) < leftBytesMax, figures);
  }
});

async function terminateWith(task: WaitsInWorker): Promise<void> {
  const worker = startWorker("waits-in-worker", task);
  await once(worker, "message");
  if (task.waits > 0) await blocked(process.pid, "msgrcv", task.id, task.waits);
  await worker.terminate();
}
