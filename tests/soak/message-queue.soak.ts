/** Long use of a queue makes nothing grow: not memory, not descriptors, not threads. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { SysvMessageQueue } from "linux-ipc/message-queue";
import { scaled } from "../harness/scale.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateQueue } from "../message-queue/queue.ts";
import { growthOf, type Memory } from "./growth.ts";

/**
 * What an operation may leave among JavaScript's objects and in what malloc gave, in bytes. The
 * counts below are such that looking is wrong by less, and the smallest thing that the addon could
 * forget, a slot of 208 bytes, is more.
 */
const bytesMax = 64;

/** A wait that is called off makes more garbage, and there are fewer of them to look at. */
const bytesOfWaitMax = 128;

/** The texts lie in slabs that come and go, so that malloc's memory breathes by ten megabytes. */
const bytesOfTextsMax = 128;

/**
 * Resident memory also grows, for tens of thousands of waits, by what Node makes while it gets
 * faster: it shows only what is mapped and forgotten, of which a page is the least.
 */
const residentBytesMax = 1_024;

interface Held {
  readonly descriptors: number;
  readonly threads: number;
}

function held(): Held {
  const descriptors = readdirSync("/proc/self/fd").length;
  const threads = readdirSync("/proc/self/task").length;
  return { descriptors, threads };
}

/** Does it a thousand times first, so that what is made once is made; then nothing may grow. */
async function assertNoGrowth(
  scene: TestScene,
  count: number,
  work: (count: number) => Promise<void>,
  most: number = bytesMax,
): Promise<void> {
  await work(1_000);
  const before = held();
  const began = performance.now();
  const growth = await growthOf(count, work);
  const seconds = (performance.now() - began) / 1_000;
  const after = held();
  scene.diagnostic(`${count} in ${seconds.toFixed(1)} s; ${wordsFor(growth)}`);
  scene.diagnostic(`${after.descriptors} descriptors, ${after.threads} threads`);
  assert.ok(growth.heap < most, `an operation leaves ${growth.heap} bytes in the heap`);
  assert.ok(growth.allocated < most, `an operation leaves ${growth.allocated} bytes of malloc`);
  const { native } = growth;
  assert.ok(native < residentBytesMax, `an operation leaves ${native} resident bytes`);
  assert.equal(after.descriptors, before.descriptors);
  assert.ok(after.threads <= before.threads, `${before.threads}, then ${after.threads} threads`);
}

function wordsFor({ heap, allocated, native }: Memory): string {
  const figures = [heap, allocated, native].map((bytes) => bytes.toFixed(1));
  return `an operation leaves ${figures.join(", ")} B (heap, malloc, all native memory)`;
}

const settings = { needs: ["unsanitized"], timeoutMs: 3_600_000 } as const;

test("trySend() and tryReceive() four million times make nothing grow", settings, async (scene) => {
  const queue = privateQueue(scene);
  const texts = [0, 1, 64, 500, 1_000, 8_000].map((size) => Buffer.alloc(size, "t"));
  await assertNoGrowth(
    scene,
    scaled(4_000_000),
    async (count) => {
      for (let i = 0; i < count; i++) {
        const text = texts[i % texts.length] as Buffer;
        assert.equal(queue.trySend((i % 9) + 1, text), true);
        assert.equal(queue.tryReceive()?.data.length, text.length);
        if (i % 1_000 === 0) await new Promise(setImmediate);
      }
    },
    bytesOfTextsMax,
  );
});

test("send() and receive() 400,000 times make nothing grow", settings, async (scene) => {
  const queue = privateQueue(scene);
  await assertNoGrowth(scene, scaled(400_000), async (count) => {
    for (let i = 0; i < count; i++) {
      const waiting = queue.receive({ type: 7 });
      await queue.send(7, "text");
      await waiting;
    }
  });
});

test("open() and close() a million times make nothing grow", settings, async (scene) => {
  const { id } = privateQueue(scene);
  await assertNoGrowth(scene, scaled(1_000_000), async (count) => {
    for (let i = 0; i < count; i++) {
      SysvMessageQueue.byId(id).close();
      if (i % 1_000 === 0) await new Promise(setImmediate);
    }
  });
});

test("open() and remove() a million times make nothing grow", settings, async (scene) => {
  await assertNoGrowth(scene, scaled(1_000_000), async (count) => {
    for (let i = 0; i < count; i++) {
      using queue = SysvMessageQueue.open(0);
      queue.trySend(1, "gone with it");
      queue.remove();
      if (i % 1_000 === 0) await new Promise(setImmediate);
    }
  });
});

test("receive() called off 300,000 times makes nothing grow", settings, async (scene) => {
  const queue = privateQueue(scene);
  await assertNoGrowth(
    scene,
    scaled(300_000),
    async (count) => {
      for (let i = 0; i < count; i++) {
        const controller = new AbortController();
        const { signal } = controller;
        const rejected = assert.rejects(queue.receive({ signal, timeoutMs: 60_000 }));
        await new Promise(setImmediate);
        controller.abort();
        await rejected;
      }
    },
    bytesOfWaitMax,
  );
});

test("receive() on 120,000 handles that are closed makes nothing grow", settings, async (scene) => {
  const { id } = privateQueue(scene);
  await assertNoGrowth(
    scene,
    scaled(120_000),
    async (count) => {
      for (let i = 0; i < count; i++) {
        const handle = SysvMessageQueue.byId(id);
        const rejected = assert.rejects(handle.receive(), { code: "ERR_CLOSED" });
        if (i % 2 === 0) await new Promise(setImmediate);
        handle.close();
        await rejected;
      }
    },
    bytesOfWaitMax,
  );
});
