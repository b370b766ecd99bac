/** Long use of a set makes nothing grow: not memory, not descriptors, not threads. */
import assert from "node:assert/strict";
import { PhpSemaphore, SysvSemaphoreSet } from "linux-ipc/semaphore";
import { scaled } from "../harness/scale.ts";
import { test } from "../harness/test.ts";
import { freeKey, phpSemaphore, privateSet } from "../semaphore/set.ts";
import { assertNoGrowth, bytesOfWaitMax } from "./no-growth.ts";

const settings = { needs: ["unsanitized"], timeoutMs: 3_600_000 } as const;

/** Lets finalizers and timers have their turn. */
async function turnNow(i: number): Promise<void> {
  if (i % 1_000 === 0) await new Promise(setImmediate);
}

test(
  "tryAcquire(), post() and release() four million times make nothing grow",
  settings,
  async (scene) => {
    const set = privateSet(scene, 1, 5);
    await assertNoGrowth(scene, scaled(4_000_000), async (count) => {
      for (let i = 0; i < count; i++) {
        const held = set.tryAcquire(0, i % 3 === 0 ? { undo: true } : undefined);
        held?.release();
        set.acquireSync(1);
        set.post(1);
        await turnNow(i);
      }
      assert.deepEqual(set.values(), [1, 5]);
    });
  },
);

test("tryOperate() and values() a million times make nothing grow", settings, async (scene) => {
  const set = privateSet(scene, 1, 0, 5);
  const there = [
    { index: 0, by: -1, undo: true },
    { index: 1, by: 1 },
  ];
  const back = [
    { index: 0, by: 1, undo: true },
    { index: 1, by: -1 },
  ];
  await assertNoGrowth(scene, scaled(1_000_000), async (count) => {
    for (let i = 0; i < count; i++) {
      assert.equal(set.tryOperate(i % 2 === 0 ? there : back), true);
      assert.equal(set.values().length, 3);
      if (i % 2 === 1) set.operateSync([{ index: 1, by: 0 }]);
      await turnNow(i);
    }
    if (count % 2 === 1) set.operateSync(back);
  });
});

test("acquire() that waits 400,000 times makes nothing grow", settings, async (scene) => {
  const set = privateSet(scene, 0);
  await assertNoGrowth(scene, scaled(400_000), async (count) => {
    for (let i = 0; i < count; i++) {
      const waiting = set.acquire(0);
      set.post(0);
      await waiting;
    }
  });
});

test("byId() and close() a million times make nothing grow", settings, async (scene) => {
  const { id } = privateSet(scene, 1);
  await assertNoGrowth(scene, scaled(1_000_000), async (count) => {
    for (let i = 0; i < count; i++) {
      SysvSemaphoreSet.byId(id).close();
      await turnNow(i);
    }
  });
});

test(
  "open() with values and remove() a million times make nothing grow",
  settings,
  async (scene) => {
    const key = freeKey();
    await assertNoGrowth(scene, scaled(1_000_000), async (count) => {
      for (let i = 0; i < count; i++) {
        using set = SysvSemaphoreSet.open(key, { create: true, initial: [1, 0, 5] });
        using _again = SysvSemaphoreSet.open(key, { create: true, initial: [1, 0, 5] });
        set.remove();
        await turnNow(i);
      }
    });
  },
);

test("PhpSemaphore 300,000 times makes nothing grow", settings, async (scene) => {
  const key = freeKey();
  phpSemaphore(scene, key, { maxAcquire: 2 });
  await assertNoGrowth(scene, scaled(300_000), async (count) => {
    for (let i = 0; i < count; i++) {
      using semaphore = PhpSemaphore.open(key);
      semaphore.acquireSync();
      semaphore.tryAcquire()?.release();
      await turnNow(i);
    }
  });
});

test("acquire() called off 300,000 times makes nothing grow", settings, async (scene) => {
  const set = privateSet(scene, 0);
  await assertNoGrowth(
    scene,
    scaled(300_000),
    async (count) => {
      for (let i = 0; i < count; i++) {
        const controller = new AbortController();
        const { signal } = controller;
        const rejected = assert.rejects(set.acquire(0, { signal, timeoutMs: 60_000 }));
        await new Promise(setImmediate);
        controller.abort();
        await rejected;
      }
    },
    bytesOfWaitMax,
  );
});

test("operate() on 120,000 handles that are closed makes nothing grow", settings, async (scene) => {
  const { id } = privateSet(scene, 0, 0);
  const both = [
    { index: 0, by: -1, undo: true },
    { index: 1, by: -1 },
  ];
  await assertNoGrowth(
    scene,
    scaled(120_000),
    async (count) => {
      for (let i = 0; i < count; i++) {
        const handle = SysvSemaphoreSet.byId(id);
        const rejected = assert.rejects(handle.operate(both), { code: "ERR_CLOSED" });
        if (i % 2 === 0) await new Promise(setImmediate);
        handle.close();
        await rejected;
      }
    },
    bytesOfWaitMax,
  );
});
