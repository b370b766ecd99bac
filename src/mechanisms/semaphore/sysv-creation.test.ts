/** How sets come to their first values; the race for it is in tests/semaphore. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { createRegion, releaseRegion } from "../../sys/region.ts";
import { SETALL, semctl, semctlAll, semget } from "../../sys/sem.ts";
import { IPC_CREAT, IPC_RMID } from "../../sys/sysv.ts";
import { openSet } from "./sysv-creation.ts";
import { setSysvSemaphoreLimits, sysvSemaphoreLimits } from "./sysv-limits.ts";
import { checkOpen, type SysvSemaphoreSetOptions } from "./sysv-options.ts";
import { listSysvSemaphoreSets, statSet } from "./sysv-status.ts";
import { valuesOf } from "./sysv-values.ts";

function open(scene: TestScene, key: number, options: SysvSemaphoreSetOptions): number {
  const id = openSet(key, checkOpen(options));
  scene.after(() => semctl(id, 0, IPC_RMID));
  return id;
}

test("openSet() sets as many values as there are, with an operation as its last step", (scene) => {
  for (const count of [1, 2, 499, 500, 501, 1_500]) {
    const initial = Array.from({ length: count }, (_, index) => (index * 7) % 32768);
    const id = open(scene, 0, { initial });
    assert.deepEqual(valuesOf({ id, count }), initial);
    assert.ok(statSet(id).operatedAt !== undefined);
  }
});

test("openSet() operates on zeros too", (scene) => {
  const id = open(scene, 0, { initial: [0, 0] });
  assert.deepEqual(valuesOf({ id, count: 2 }), [0, 0]);
  assert.ok(statSet(id).operatedAt !== undefined);
});

test("openSet() without values makes no operation, as semget(2)", (scene) => {
  const id = open(scene, 0, { count: 2 });
  assert.equal(statSet(id).operatedAt, undefined);
});

test("openSet() keeps to SEMOPM where it is small", { needs: ["isolated"] }, (scene) => {
  const { operationsMax } = sysvSemaphoreLimits();
  scene.after(() => setSysvSemaphoreLimits({ operationsMax }));
  setSysvSemaphoreLimits({ operationsMax: 2 });
  const id = open(scene, 0, { initial: [5, 0, 6, 7, 8] });
  assert.deepEqual(valuesOf({ id, count: 5 }), [5, 0, 6, 7, 8]);
  assert.ok(statSet(id).operatedAt !== undefined);
});

test("openSet() leaves no set behind when its values cannot be set", {
  needs: ["isolated"],
}, (scene) => {
  const { operationsMax } = sysvSemaphoreLimits();
  scene.after(() => setSysvSemaphoreLimits({ operationsMax }));
  setSysvSemaphoreLimits({ operationsMax: 0 });
  assert.throws(() => open(scene, 0x5e_0100, { create: true, initial: [1] }), { code: "E2BIG" });
  assert.deepEqual(listSysvSemaphoreSets(), []);
});

test("openSet() waits for whoever makes the set no longer than it was told", (scene) => {
  const key = 0x5e_0101;
  const id = semget(key, 1, IPC_CREAT | 0o600);
  scene.after(() => semctl(id, 0, IPC_RMID));
  const began = performance.now();
  const late = { code: "ETIMEDOUT", address: `sem:${id}`, hint: /ipcrm.*without initial/ };
  for (const create of [true, false]) {
    const options = { create, initial: [1], initialTimeoutMs: 40 };
    assert.throws(() => open(scene, key, options), late);
  }
  const took = performance.now() - began;
  assert.ok(took >= 80 && took < 2_000, `${took} ms`);
});

test("openSet() does not take SETALL for the end", (scene) => {
  const key = 0x5e_0102;
  const id = semget(key, 1, IPC_CREAT | 0o600);
  scene.after(() => semctl(id, 0, IPC_RMID));
  const values = createRegion(8);
  scene.after(() => releaseRegion(values));
  new Uint16Array(values.words.buffer)[0] = 9;
  assert.equal(semctlAll(id, SETALL, values, 1), 0);
  const options = { create: true, initial: [1], initialTimeoutMs: 0 };
  assert.throws(() => open(scene, key, options), { code: "ETIMEDOUT" });
});

test("openSet() gives a mode that denies its owner, and the values all the same", (scene) => {
  for (const mode of [0, 0o060, 0o400, 0o200, 0o666]) {
    const id = open(scene, 0, { mode, initial: [3, 4] });
    const status = listSysvSemaphoreSets().find((set) => set.id === id);
    assert.equal(status?.mode, mode);
    assert.ok(status?.operatedAt !== undefined);
  }
});
