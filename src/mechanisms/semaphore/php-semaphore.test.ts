/** PHP's protocol, in one process; PHP itself is in tests/semaphore. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { PhpSemaphore, type PhpSemaphoreOptions } from "./php-semaphore.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

/** Free, users, guard: of a semaphore that is gone after the test. */
function made(scene: TestScene, options?: PhpSemaphoreOptions): [PhpSemaphore, () => number[]] {
  const semaphore = PhpSemaphore.open(0, options);
  const set = SysvSemaphoreSet.byId(semaphore.id);
  scene.after(() => {
    set.remove();
    set.close();
    semaphore.close();
  });
  return [semaphore, () => set.values()];
}

test("open() counts itself in, and its first user says how many may hold it", (scene) => {
  const [semaphore, values] = made(scene, { maxAcquire: 2 });
  assert.deepEqual(values(), [2, 1, 0]);
  const one = semaphore.tryAcquire();
  const two = semaphore.acquireSync();
  assert.equal(semaphore.tryAcquire(), undefined);
  assert.deepEqual(values(), [0, 1, 0]);
  one?.release();
  two.release();
  two.release();
  assert.deepEqual(values(), [2, 1, 0]);
});

test("close() gives back what is held and counts itself out, at once", async (scene) => {
  const [semaphore, values] = made(scene, { maxAcquire: 3 });
  const held = [await semaphore.acquire(), semaphore.acquireSync()];
  held[0]?.release();
  semaphore.close();
  semaphore.close();
  assert.deepEqual(values(), [3, 0, 0]);
  assert.ok(held.every(({ released }) => released));
  for (const one of held) one.release();
  assert.deepEqual(values(), [3, 0, 0]);
});

test("close() without autoRelease gives nothing back; release() still does", (scene) => {
  const [semaphore, values] = made(scene, { autoRelease: false });
  const held = semaphore.tryAcquire();
  semaphore.close();
  assert.deepEqual(values(), [0, 1, 0]);
  assert.equal(held?.released, false);
  held?.release();
  assert.deepEqual(values(), [1, 1, 0]);
});

test("a second user changes nothing, and the first one after all have gone does", (scene) => {
  const key = 0x5e_0200;
  const first = PhpSemaphore.open(key, { maxAcquire: 2 });
  using set = SysvSemaphoreSet.byId(first.id);
  scene.after(() => SysvSemaphoreSet.byId(first.id).remove());
  const second = PhpSemaphore.open(key, { maxAcquire: 9 });
  assert.deepEqual(set.values(), [2, 2, 0]);
  first.close();
  second.close();
  using third = PhpSemaphore.open(key, { maxAcquire: 9 });
  assert.equal(third.id, first.id);
  assert.deepEqual(set.values(), [9, 1, 0]);
});

test("close() and `using` are quiet when the semaphore was removed", (scene) => {
  const semaphore = PhpSemaphore.open(0);
  scene.after(() => semaphore.close());
  {
    using held = semaphore.tryAcquire();
    assert.equal(held?.released, false);
    semaphore.remove();
  }
  assert.throws(() => semaphore.tryAcquire(), { code: "EIDRM" });
  semaphore.close();
});

test("open() refuses what PHP could not mean", () => {
  for (const maxAcquire of [0, -1, 32_768]) {
    const wrong = { code: "ERR_OUT_OF_RANGE", message: /maxAcquire/ };
    assert.throws(() => PhpSemaphore.open(1, { maxAcquire }), wrong);
  }
  using small = SysvSemaphoreSet.open(0x5e_0201, { create: true, count: 1 });
  assert.throws(() => PhpSemaphore.open(0x5e_0201), { code: "EINVAL", hint: /fewer than 3/ });
  small.remove();
});
