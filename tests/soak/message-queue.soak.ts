/** Long use of a queue makes nothing grow: not memory, not descriptors, not threads. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SysvMessageQueue } from "linux-ipc/message-queue";
import { scaled } from "../harness/scale.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateQueue } from "../message-queue/queue.ts";

const mebibyte = 2 ** 20;

/** What memory may grow by after the warm-up: the collector's mood, not one byte a message. */
const heapGrowthMax = 1 * mebibyte;
const residentGrowthMax = 32 * mebibyte;

interface Use {
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly descriptors: number;
  readonly threads: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Finalizers run in turns of the loop after a collection. */
async function use(): Promise<Use> {
  for (let time = 0; time < 4; time++) {
    collect();
    await new Promise(setImmediate);
  }
  const { heapUsed, rss } = process.memoryUsage();
  const descriptors = readdirSync("/proc/self/fd").length;
  const threads = readdirSync("/proc/self/task").length;
  return { heapBytes: heapUsed, residentBytes: rss, descriptors, threads };
}

/** Does it a tenth as often first, so that what is made once is made; then nothing may grow. */
async function assertNoGrowth(
  scene: TestScene,
  count: number,
  work: (count: number) => Promise<void>,
): Promise<void> {
  await work(Math.ceil(count / 10));
  const before = await use();
  const began = performance.now();
  await work(count);
  const seconds = (performance.now() - began) / 1_000;
  const after = await use();
  const heap = after.heapBytes - before.heapBytes;
  const resident = after.residentBytes - before.residentBytes;
  const figures = `${count} in ${seconds.toFixed(2)} s, ${Math.round(count / seconds)} a second`;
  const growth = `heap ${heap} B, resident ${resident} B (${after.residentBytes} B in all)`;
  scene.diagnostic(
    `${figures}; grew: ${growth}; ${after.descriptors} fds, ${after.threads} threads`,
  );
  assert.ok(heap < heapGrowthMax, `the heap grew by ${heap} bytes`);
  assert.ok(resident < residentGrowthMax, `resident memory grew by ${resident} bytes`);
  assert.equal(after.descriptors, before.descriptors);
  assert.ok(after.threads <= before.threads, `${before.threads}, then ${after.threads} threads`);
}

const settings = { needs: ["unsanitized"], timeoutMs: 3_600_000 } as const;

test("trySend() and tryReceive() a million times make nothing grow", settings, async (scene) => {
  const queue = privateQueue(scene);
  const texts = [0, 1, 64, 500, 1_000, 8_000].map((size) => Buffer.alloc(size, "t"));
  await assertNoGrowth(scene, scaled(1_000_000), async (count) => {
    for (let i = 0; i < count; i++) {
      const text = texts[i % texts.length] as Buffer;
      assert.equal(queue.trySend((i % 9) + 1, text), true);
      assert.equal(queue.tryReceive()?.data.length, text.length);
    }
  });
});

test("send() and receive() 200,000 times make nothing grow", settings, async (scene) => {
  const queue = privateQueue(scene);
  await assertNoGrowth(scene, scaled(200_000), async (count) => {
    for (let i = 0; i < count; i++) {
      const waiting = queue.receive({ type: 7 });
      await queue.send(7, "text");
      await waiting;
    }
  });
});

test("open() and close() 100,000 times make nothing grow", settings, async (scene) => {
  const { id } = privateQueue(scene);
  await assertNoGrowth(scene, scaled(100_000), async (count) => {
    for (let i = 0; i < count; i++) {
      SysvMessageQueue.byId(id).close();
      if (i % 1_000 === 0) await new Promise(setImmediate);
    }
  });
});

test("open() and remove() 100,000 times make nothing grow", settings, async (scene) => {
  await assertNoGrowth(scene, scaled(100_000), async (count) => {
    for (let i = 0; i < count; i++) {
      using queue = SysvMessageQueue.open(0);
      queue.trySend(1, "gone with it");
      queue.remove();
      if (i % 1_000 === 0) await new Promise(setImmediate);
    }
  });
});

test("receive() called off 20,000 times makes nothing grow", settings, async (scene) => {
  const queue = privateQueue(scene);
  await assertNoGrowth(scene, scaled(20_000), async (count) => {
    for (let i = 0; i < count; i++) {
      const controller = new AbortController();
      const { signal } = controller;
      const rejected = assert.rejects(queue.receive({ signal, timeoutMs: 60_000 }));
      await new Promise(setImmediate);
      controller.abort();
      await rejected;
    }
  });
});

test("receive() on 20,000 handles that are closed makes nothing grow", settings, async (scene) => {
  const { id } = privateQueue(scene);
  await assertNoGrowth(scene, scaled(20_000), async (count) => {
    for (let i = 0; i < count; i++) {
      const handle = SysvMessageQueue.byId(id);
      const rejected = assert.rejects(handle.receive(), { code: "ERR_CLOSED" });
      if (i % 2 === 0) await new Promise(setImmediate);
      handle.close();
      await rejected;
    }
  });
});
