/** The handle of a set, in one process. */
import assert from "node:assert/strict";
import { blocked } from "../../../tests/harness/blocked.ts";
import { within } from "../../../tests/harness/deadline.ts";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import type { SysvOperation } from "./sysv-operations.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

function madeSet(scene: TestScene, ...initial: readonly number[]): SysvSemaphoreSet {
  const set = SysvSemaphoreSet.open(0, { initial });
  scene.after(() => {
    SysvSemaphoreSet.byId(set.id).remove();
    set.close();
  });
  return set;
}

test("open() gives a new set its values, and byId() finds it", (scene) => {
  const set = madeSet(scene, 1, 0, 5);
  assert.deepEqual(set.values(), [1, 0, 5]);
  using again = SysvSemaphoreSet.byId(set.id);
  assert.equal(again.count, 3);
  assert.equal(again.value(2), 5);
});

test("open() says what is missing", () => {
  const key = 0x5e_0001;
  assert.throws(() => SysvSemaphoreSet.open(key), { code: "ENOENT", hint: /create: true/ });
  const unsized = (): unknown => SysvSemaphoreSet.open(key, { create: true });
  assert.throws(unsized, { code: "EINVAL", hint: /count or initial/ });
  const tooMany = (): unknown => SysvSemaphoreSet.open(key, { create: true, count: 65_536 });
  assert.throws(tooMany, { code: "EINVAL", hint: /kernel\.sem allows \d+ .*SEMMSL/ });
  assert.throws(() => SysvSemaphoreSet.byId(2 ** 31 - 1), { code: "EINVAL", hint: /no set/ });
});

test("open() of a set that exists checks its size, and that it is new where exclusive", (scene) => {
  const key = 0x5e_0002;
  using set = SysvSemaphoreSet.open(key, { create: true, count: 2 });
  scene.after(() => SysvSemaphoreSet.byId(set.id).remove());
  using same = SysvSemaphoreSet.open(key, { create: true, count: 2 });
  assert.equal(same.id, set.id);
  using unsized = SysvSemaphoreSet.open(key);
  assert.equal(unsized.count, 2);
  const larger = (): unknown => SysvSemaphoreSet.open(key, { count: 3 });
  assert.throws(larger, { code: "EINVAL", hint: /fewer than 3 semaphores/ });
  for (const more of [{ count: 2 }, { initial: [0, 0] }]) {
    const taken = (): unknown =>
      SysvSemaphoreSet.open(key, { create: true, exclusive: true, ...more });
    assert.throws(taken, { code: "EEXIST", hint: /exclusive/ });
  }
});

test("tryOperate() does all operations or none", (scene) => {
  const set = madeSet(scene, 1, 0, 5);
  const both = [
    { index: 2, by: -5 },
    { index: 1, by: -1 },
  ];
  assert.equal(set.tryOperate(both), false);
  assert.deepEqual(set.values(), [1, 0, 5]);
  set.post(1);
  assert.equal(set.tryOperate(both), true);
  assert.deepEqual(set.values(), [1, 0, 0]);
});

test("tryOperate() does operations on one semaphore in their order", (scene) => {
  const set = madeSet(scene, 0);
  const downFirst = [
    { index: 0, by: -1 },
    { index: 0, by: 1 },
  ];
  assert.equal(set.tryOperate(downFirst), false);
  assert.equal(set.tryOperate(downFirst.toReversed()), true);
  assert.equal(set.tryOperate([{ index: 0, by: 0 }, ...downFirst.toReversed()]), true);
  assert.equal(set.value(0), 0);
});

test("operate() waits until all can be done, and operateSync() takes what is there", async (scene) => {
  const set = madeSet(scene, 0, 0);
  const waiting = set.operate([
    { index: 0, by: -1 },
    { index: 1, by: -2 },
  ]);
  await blocked(process.pid, "semop", set.id);
  set.post(0);
  set.post(1, 2);
  await within("both", waiting);
  assert.deepEqual(set.values(), [0, 0]);
  set.operateSync([{ index: 1, by: 3 }]);
  set.operateSync([{ index: 1, by: -3 }]);
  assert.deepEqual(set.values(), [0, 0]);
});

test("noWait makes tryOperate() false, and operate() and operateSync() fail with EAGAIN", async (scene) => {
  const set = madeSet(scene, 0, 1);
  const operations = [
    { index: 1, by: -1 },
    { index: 0, by: -1, noWait: true },
  ];
  assert.equal(set.tryOperate(operations), false);
  const refused = { code: "EAGAIN", syscall: "semop", hint: /noWait/ };
  await assert.rejects(set.operate(operations), refused);
  assert.throws(() => set.operateSync(operations), refused);
  set.post(0);
  await set.operate(operations);
  assert.deepEqual(set.values(), [0, 0]);
});

test("operate() waits where only an operation that it does not reach has noWait", async (scene) => {
  const set = madeSet(scene, 0, 1);
  const waiting = set.operate([
    { index: 0, by: -1 },
    { index: 1, by: -1, noWait: true },
  ]);
  await blocked(process.pid, "semop", set.id);
  set.post(0);
  await within("the operations", waiting);
  assert.deepEqual(set.values(), [0, 0]);
});

test("acquire() holds what release() gives back, once", async (scene) => {
  const set = madeSet(scene, 3);
  for (const take of [
    () => set.tryAcquire(0, { by: 2 }),
    () => set.acquire(0, { by: 2 }),
    () => set.acquireSync(0, { by: 2 }),
  ]) {
    const held = await take();
    assert.ok(held !== undefined);
    assert.deepEqual([set.value(0), held.released], [1, false]);
    held.release();
    held.release();
    assert.deepEqual([set.value(0), held.released], [3, true]);
  }
});

test("`using` releases at the end of the block", async (scene) => {
  const set = madeSet(scene, 1);
  {
    using held = await set.acquire(0);
    assert.equal(set.tryAcquire(0), undefined);
    assert.equal(held.released, false);
  }
  assert.equal(set.value(0), 1);
});

test("waitForZero() waits for zero alone", async (scene) => {
  const set = madeSet(scene, 2);
  assert.equal(set.tryWaitForZero(0), false);
  const waiting = set.waitForZero(0);
  await blocked(process.pid, "semop", set.id);
  assert.deepEqual(set.waiters(0), { increase: 0, zero: 1 });
  set.operateSync([{ index: 0, by: -2 }]);
  await within("zero", waiting);
  assert.equal(set.tryWaitForZero(0), true);
  set.waitForZeroSync(0);
  assert.throws(() => set.post(0, 0), { code: "ERR_OUT_OF_RANGE" });
});

test("waiters() counts those that wait for more", async (scene) => {
  const set = madeSet(scene, 0);
  const waiting = [set.acquire(0), set.acquire(0, { by: 2 })];
  await blocked(process.pid, "semop", set.id, 2);
  assert.deepEqual(set.waiters(0), { increase: 2, zero: 0 });
  set.post(0, 3);
  await within("both", Promise.all(waiting));
});

test("setValue() and setAll() set, and lastPid() tells who did", async (scene) => {
  const set = madeSet(scene, 0, 0);
  set.setValue(0, 32767);
  set.setAll([7, 8]);
  assert.deepEqual(set.values(), [7, 8]);
  assert.equal(set.lastPid(1), process.pid);
  assert.throws(() => set.setAll([1]), { code: "ERR_OUT_OF_RANGE", message: /2 values/ });
  assert.throws(() => set.setAll([1, 2, 3]), { code: "ERR_OUT_OF_RANGE" });
  assert.throws(() => set.setValue(0, 32768), { code: "ERR_OUT_OF_RANGE", message: /SEMVMX/ });
  const waiting = set.acquire(0, { by: 10 });
  await blocked(process.pid, "semop", set.id);
  set.setValue(0, 10);
  await within("what was set", waiting);
});

test("an index beyond the set is refused with its size", async (scene) => {
  const set = madeSet(scene, 1, 1);
  const beyond = { code: "EFBIG", hint: /the set has 2 semaphores/ };
  assert.throws(() => set.tryAcquire(2), beyond);
  assert.throws(() => set.acquireSync(65_535), beyond);
  assert.throws(() => set.post(2), beyond);
  assert.throws(() => set.tryWaitForZero(2), beyond);
  await assert.rejects(set.acquire(40_000), beyond);
  await assert.rejects(set.operate([{ index: 2, by: 1 }]), beyond);
  const invalid = { code: "EINVAL", hint: /the set has 2 semaphores/ };
  assert.throws(() => set.value(2), invalid);
  assert.throws(() => set.setValue(2, 1), invalid);
  assert.throws(() => set.lastPid(2), invalid);
  assert.throws(() => set.waiters(2), invalid);
});

test("post() beyond 32767 is refused, and changes nothing", (scene) => {
  const set = madeSet(scene, 32767, 0);
  assert.throws(() => set.post(0), { code: "ERANGE", hint: /32767.*SEMVMX/ });
  assert.equal(set.value(0), 32767);
  const back = [
    { index: 1, by: 32767, undo: true },
    { index: 1, by: -32767 },
  ] as const;
  set.operateSync(back);
  assert.throws(() => set.operateSync(back), { code: "ERANGE", hint: /SEMAEM/ });
});

test("set() changes owner and mode, and stat() tells", (scene) => {
  const set = madeSet(scene, 1);
  set.set({ mode: 0o640, uid: 1234, gid: 4321 });
  const { uid, gid, mode, creatorUid, count, operatedAt, changedAt } = set.stat();
  const creator = process.geteuid?.();
  assert.deepEqual([uid, gid, mode, creatorUid, count], [1234, 4321, 0o640, creator, 1]);
  assert.ok(operatedAt !== undefined && operatedAt <= new Date());
  assert.ok(changedAt.getTime() >= operatedAt.getTime() - 1_000);
});

test("close() does not release: what is held outlives the handle", (scene) => {
  const set = madeSet(scene, 1);
  const other = SysvSemaphoreSet.byId(set.id);
  const held = other.acquireSync(0);
  other.close();
  assert.equal(set.value(0), 0);
  held.release();
  assert.equal(set.value(0), 1);
});

test("operate() reads each option once", async (scene) => {
  const set = madeSet(scene, 0, 5);
  const reads: string[] = [];
  const answers = { index: 1, by: -1, undo: false, noWait: false };
  const operation = new Proxy(answers, {
    get: (target, name, receiver) => {
      reads.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
  set.tryOperate([operation]);
  await set.operate([operation]);
  set.operateSync([operation]);
  const once = ["index", "by", "undo", "noWait"];
  assert.deepEqual(reads, [...once, ...once, ...once]);
  assert.equal(set.value(1), 2);
});

test("operations whose getters operate themselves do not mix", (scene) => {
  const set = madeSet(scene, 0, 0, 0);
  const sly: SysvOperation = {
    get index() {
      set.tryOperate([
        { index: 2, by: 7 },
        { index: 2, by: 1 },
      ]);
      return 1;
    },
    by: 3,
  };
  assert.equal(set.tryOperate([{ index: 0, by: 1 }, sly]), true);
  assert.deepEqual(set.values(), [1, 3, 8]);
});

test("an array of as many operations as kernel.sem allows is one operation", (scene) => {
  const set = madeSet(scene, ...new Array<number>(500).fill(1));
  const all = Array.from({ length: 500 }, (_, index) => ({ index, by: -1 }));
  assert.equal(set.tryOperate(all), true);
  assert.equal(set.tryOperate(all), false);
  const oneMore = [...all, { index: 0, by: 1 }];
  const refused = { code: "E2BIG", hint: /kernel\.sem allows 500 .*SEMOPM/ };
  assert.throws(() => set.tryOperate(oneMore), refused);
});
