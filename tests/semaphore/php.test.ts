/** PHP and we share a semaphore, in both directions. */
import assert from "node:assert/strict";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { blocked } from "../harness/blocked.ts";
import { within } from "../harness/deadline.ts";
import { test } from "../harness/test.ts";
import { ForeignSemaphore } from "./foreign.ts";
import { freeKey, phpSemaphore } from "./set.ts";

const settings = { needs: ["php"] } as const;

test("what we hold PHP cannot take, and waits for", settings, async (scene) => {
  const key = freeKey();
  const semaphore = phpSemaphore(scene, key);
  await using php = await ForeignSemaphore.php();
  assert.equal(await php.ask("get", key, 1), "true");
  const held = await semaphore.acquire();
  assert.equal(await php.ask("try"), "false");
  const answer = php.ask("acquire");
  await blocked(php.pid, "semop", semaphore.id);
  held.release();
  assert.equal(await answer, "true");
  assert.equal(semaphore.tryAcquire(), undefined);
});

test("acquire() waits for PHP's release", settings, async (scene) => {
  const key = freeKey();
  await using php = await ForeignSemaphore.php();
  assert.equal(await php.ask("get", key, 1), "true");
  assert.equal(await php.ask("acquire"), "true");
  const semaphore = phpSemaphore(scene, key, { maxAcquire: 5 });
  const waiting = semaphore.acquire();
  await blocked(process.pid, "semop", semaphore.id);
  assert.equal(await php.ask("release"), "true");
  (await within("PHP's release", waiting)).release();
});

test("what PHP holds is ours when PHP is killed", settings, async (scene) => {
  const key = freeKey();
  await using php = await ForeignSemaphore.php();
  assert.equal(await php.ask("get", key, 1), "true");
  assert.equal(await php.ask("acquire"), "true");
  const semaphore = phpSemaphore(scene, key);
  using set = SysvSemaphoreSet.byId(semaphore.id);
  assert.deepEqual(set.values(), [0, 2, 0]);
  const waiting = semaphore.acquire();
  await blocked(process.pid, "semop", semaphore.id);
  await php.kill();
  const held = await within("what PHP held", waiting);
  assert.deepEqual(set.values(), [0, 1, 0]);
  held.release();
});

test("the first user's maximum holds for both", settings, async (scene) => {
  const key = freeKey();
  const semaphore = phpSemaphore(scene, key, { maxAcquire: 3 });
  await using php = await ForeignSemaphore.php();
  assert.equal(await php.ask("get", key, 1), "true");
  assert.equal(await php.ask("try"), "true");
  assert.equal(await php.ask("try"), "true");
  const held = semaphore.tryAcquire();
  assert.notEqual(held, undefined);
  assert.equal(semaphore.tryAcquire(), undefined);
  assert.equal(await php.ask("try"), "false");
});

test("close() leaves PHP alone, and PHP's end leaves us alone", settings, async (scene) => {
  const key = freeKey();
  await using php = await ForeignSemaphore.php();
  assert.equal(await php.ask("get", key, 2), "true");
  const semaphore = phpSemaphore(scene, key, { maxAcquire: 7 });
  using set = SysvSemaphoreSet.byId(semaphore.id);
  semaphore.acquireSync();
  assert.equal(await php.ask("acquire"), "true");
  assert.deepEqual(set.values(), [0, 2, 0]);
  semaphore.close();
  assert.deepEqual(set.values(), [1, 1, 0]);
  assert.equal(await php.ask("drop"), "true");
  assert.deepEqual(set.values(), [2, 0, 0]);
});

test("sem_remove() ends our wait with EIDRM, and remove() PHP's", settings, async (scene) => {
  const key = freeKey();
  await using php = await ForeignSemaphore.php();
  const first = phpSemaphore(scene, key);
  assert.equal(await php.ask("get", key, 1), "true");
  assert.equal(await php.ask("acquire"), "true");
  const refused = assert.rejects(first.acquire(), { code: "EIDRM" });
  await blocked(process.pid, "semop", first.id);
  assert.equal(await php.ask("remove"), "true");
  await refused;
  const second = phpSemaphore(scene, key);
  assert.equal(await php.ask("get", key, 1), "true");
  second.acquireSync();
  const answer = php.ask("acquire");
  await blocked(php.pid, "semop", second.id);
  second.remove();
  assert.equal(await answer, "false");
});

test(
  "PHP and we open a new semaphore at once, and agree on who was first",
  settings,
  async (scene) => {
    await using php = await ForeignSemaphore.php();
    for (let round = 0; round < 30; round++) {
      const key = freeKey();
      const answer = php.ask("get", key, 5);
      const semaphore = phpSemaphore(scene, key, { maxAcquire: 9 });
      assert.equal(await answer, "true");
      using set = SysvSemaphoreSet.byId(semaphore.id);
      const [free, users, guard] = set.values();
      assert.ok(free === 5 || free === 9, `${free} free`);
      assert.deepEqual([users, guard], [2, 0]);
      assert.equal(await php.ask("drop"), "true");
    }
  },
);
