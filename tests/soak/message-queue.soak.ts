/** Long use of a queue makes nothing grow: not memory, not descriptors, not threads. */
import assert from "node:assert/strict";
import { SysvMessageQueue } from "linux-ipc/message-queue";
import { scaled } from "../harness/scale.ts";
import { test } from "../harness/test.ts";
import { privateQueue } from "../message-queue/queue.ts";
import { assertNoGrowth, bytesOfWaitMax } from "./no-growth.ts";

/** The texts lie in slabs that come and go, so that malloc's memory breathes by ten megabytes. */
const bytesOfTextsMax = 128;

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
