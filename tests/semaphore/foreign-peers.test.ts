/** Programs in other languages operate on our sets, and we on theirs, in both directions. */
import assert from "node:assert/strict";
import type { SysvSemaphoreSetStatus } from "linux-ipc/semaphore";
import { blocked } from "../harness/blocked.ts";
import { within } from "../harness/deadline.ts";
import { describe, test } from "../harness/test.ts";
import { ForeignSemaphore } from "./foreign.ts";
import { freeKey, keyedSet } from "./set.ts";

describe("perl", () => {
  const settings = { needs: ["perl"] } as const;

  test("arrays of operations are done at once, ours and perl's", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { initial: [1, 0, 5] });
    await using perl = await ForeignSemaphore.perl(key);
    assert.equal(await perl.ask("operate", "0:-1", "1:2", "2:-5", "2:0"), "done");
    assert.deepEqual(set.values(), [0, 2, 0]);
    assert.equal(await perl.ask("operate", "1:-2", "0:-1:nowait"), "EAGAIN");
    assert.deepEqual(set.values(), [0, 2, 0]);
    set.operateSync([
      { index: 2, by: 0 },
      { index: 1, by: -2 },
      { index: 0, by: 32_767 },
    ]);
    assert.equal(await perl.ask("values"), "32767 0 0");
  });

  test("operate() ends perl's wait, and perl's operations end ours", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { initial: [0, 0] });
    await using perl = await ForeignSemaphore.perl(key);
    const answer = perl.ask("operate", "0:-2", "1:1");
    await blocked(perl.pid, "semop", set.id);
    assert.deepEqual(set.waiters(0), { increase: 1, zero: 0 });
    await set.operate([{ index: 0, by: 2 }]);
    assert.equal(await answer, "done");
    const waiting = Promise.all([
      set.acquire(0),
      set.waitForZero(1),
      set.operate([
        { index: 1, by: 0 },
        { index: 0, by: -3 },
      ]),
    ]);
    await blocked(process.pid, "semop", set.id, 3);
    assert.equal(await perl.ask("ncnt", 0), "1");
    assert.equal(await perl.ask("zcnt", 1), "2");
    assert.equal(await perl.ask("operate", "0:4", "1:-1"), "done");
    await within("our waits", waiting);
    assert.deepEqual(set.values(), [0, 0]);
  });

  test("setAll() and setValue() are perl's values, and perl's ours", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { count: 4 });
    await using perl = await ForeignSemaphore.perl(key);
    set.setAll([1, 2, 3, 32_767]);
    set.setValue(1, 20);
    assert.equal(await perl.ask("values"), "1 20 3 32767");
    assert.equal(await perl.ask("setall", 9, 8, 7, 6), "done");
    assert.equal(await perl.ask("setval", 2, 70), "done");
    assert.deepEqual(set.values(), [9, 8, 70, 6]);
    assert.equal(set.lastPid(2), perl.pid);
    set.post(0);
    assert.equal(await perl.ask("pid", 0), String(process.pid));
  });

  test("stat() agrees with perl's, and set() with perl's mode", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { mode: 0o640, initial: [1, 2] });
    await using perl = await ForeignSemaphore.perl(key);
    assert.equal(await perl.ask("operate", "0:-1"), "done");
    assert.deepEqual(fieldsIn(await perl.ask("stat")), fieldsOf(set.stat()));
    set.set({ mode: 0o604 });
    assert.equal(fieldsIn(await perl.ask("stat"))["mode"], 0o604);
    assert.equal(await perl.ask("set", "660"), "done");
    assert.equal(set.stat().mode, 0o660);
  });

  test("open() waits for the values of a set that perl is making", settings, async (scene) => {
    const key = freeKey();
    await using perl = await ForeignSemaphore.perl(key, 2);
    const late = { code: "ETIMEDOUT", hint: /open it without initial/ };
    const options = { initial: [1, 1], initialTimeoutMs: 20 };
    assert.throws(() => keyedSet(scene, key, options), late);
    const set = keyedSet(scene, key, { count: 2 });
    assert.equal(await perl.ask("setall", 7, 0), "done");
    assert.throws(() => keyedSet(scene, key, options), late);
    assert.equal(await perl.ask("operate", "1:8"), "done");
    assert.equal(keyedSet(scene, key, options).id, set.id);
    assert.deepEqual(set.values(), [7, 8]);
  });

  test("remove() ends perl's wait with EIDRM, and perl's ours", settings, async (scene) => {
    const key = freeKey();
    const first = keyedSet(scene, key, { count: 1 });
    await using perl = await ForeignSemaphore.perl(key);
    const answer = perl.ask("operate", "0:-1");
    await blocked(perl.pid, "semop", first.id);
    first.remove();
    assert.equal(await answer, "EIDRM");
    const second = keyedSet(scene, key, { count: 1 });
    await using other = await ForeignSemaphore.perl(key);
    const refused = assert.rejects(second.acquire(0), { code: "EIDRM", syscall: "semop" });
    await blocked(process.pid, "semop", second.id);
    assert.equal(await other.ask("remove"), "done");
    await refused;
  });

  test("what perl holds with SEM_UNDO comes back when it is killed", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { initial: [5, 3] });
    await using perl = await ForeignSemaphore.perl(key);
    assert.equal(await perl.ask("operate", "0:-5:undo", "1:-1"), "done");
    const waiting = set.acquire(0, { by: 4 });
    await blocked(process.pid, "semop", set.id);
    await perl.kill();
    await within("what came back", waiting);
    assert.deepEqual(set.values(), [1, 2]);
  });
});

describe("python3-sysv-ipc", () => {
  const settings = { needs: ["sysv_ipc"] } as const;

  test("acquire() and release() are python's, with and without undo", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { initial: [2] });
    await using python = await ForeignSemaphore.python(key);
    assert.equal(await python.ask("open"), String(set.id));
    assert.equal(await python.ask("acquire"), "done");
    assert.equal(await python.ask("acquire", "undo"), "done");
    assert.equal(await python.ask("acquire", "nowait"), "EAGAIN");
    assert.equal(set.tryAcquire(0), undefined);
    assert.equal(set.lastPid(0), python.pid);
    await python.kill();
    assert.equal(set.value(0), 1);
  });

  test("python waits for us, and we for python", settings, async (scene) => {
    const key = freeKey();
    const set = keyedSet(scene, key, { initial: [1] });
    await using python = await ForeignSemaphore.python(key);
    await python.ask("open");
    const held = await set.acquire(0);
    const answer = python.ask("acquire");
    await blocked(python.pid, "semop", set.id);
    held.release();
    assert.equal(await answer, "done");
    const waiting = set.acquire(0);
    await blocked(process.pid, "semop", set.id);
    assert.equal(await python.ask("ncnt"), "1");
    assert.equal(await python.ask("release"), "done");
    (await within("the semaphore", waiting)).release();
    const zero = python.ask("zero");
    await blocked(python.pid, "semop", set.id);
    assert.equal(set.waiters(0).zero, 1);
    set.acquireSync(0);
    assert.equal(await zero, "done");
  });

  test("open() waits until python has operated on its new semaphore", settings, async (scene) => {
    const key = freeKey();
    await using python = await ForeignSemaphore.python(key);
    const id = await python.ask("create", 6);
    assert.equal(await python.ask("otime"), "0");
    const options = { initial: [1], initialTimeoutMs: 20 };
    assert.throws(() => keyedSet(scene, key, options), { code: "ETIMEDOUT" });
    assert.equal(await python.ask("release"), "done");
    const set = keyedSet(scene, key, options);
    assert.deepEqual([set.id, set.value(0)], [Number(id), 7]);
  });
});

/** The numbers of "NAME=NUMBER …", the mode without the kernel's own bits. */
function fieldsIn(text: string): Record<string, number> {
  const pairs = text.split(" ").map((pair) => pair.split("="));
  const mode = (name: string | undefined): number => (name === "mode" ? 0o777 : 0xffff_ffff);
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, (Number(value) & mode(name)) >>> 0]),
  );
}

/** Our fields by their C names. */
function fieldsOf(ours: SysvSemaphoreSetStatus): Record<string, number> {
  const seconds = (date: Date | undefined): number => (date?.getTime() ?? 0) / 1000;
  return {
    uid: ours.uid,
    gid: ours.gid,
    cuid: ours.creatorUid,
    cgid: ours.creatorGid,
    mode: ours.mode,
    nsems: ours.count,
    otime: seconds(ours.operatedAt),
    ctime: seconds(ours.changedAt),
  };
}
