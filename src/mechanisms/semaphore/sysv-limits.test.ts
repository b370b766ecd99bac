/** The limits of the namespace, against the kernel's own files. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { operationsMax, setSysvSemaphoreLimits, sysvSemaphoreLimits } from "./sysv-limits.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

function kernelSem(): number[] {
  const text = readFileSync("/proc/sys/kernel/sem", "latin1");
  return text.trim().split(/\s+/).map(Number);
}

/** The four numbers are back after the test. */
function restored(scene: TestScene): void {
  const { semaphoresPerSetMax, semaphoresMax, setsMax, ...rest } = sysvSemaphoreLimits();
  const all = { semaphoresPerSetMax, semaphoresMax, setsMax, operationsMax: rest.operationsMax };
  scene.after(() => setSysvSemaphoreLimits(all));
}

test("sysvSemaphoreLimits() agrees with /proc/sys/kernel/sem", () => {
  const limits = sysvSemaphoreLimits();
  const { semaphoresPerSetMax, semaphoresMax, setsMax } = limits;
  const four = [semaphoresPerSetMax, semaphoresMax, limits.operationsMax, setsMax];
  assert.deepEqual(four, kernelSem());
  assert.equal(operationsMax(), limits.operationsMax);
  assert.equal(limits.valueMax, 32_767);
});

test("sysvSemaphoreLimits() counts sets and semaphores", () => {
  const before = sysvSemaphoreLimits();
  using set = SysvSemaphoreSet.open(0, { count: 7 });
  const now = sysvSemaphoreLimits();
  set.remove();
  assert.deepEqual([now.sets - before.sets, now.semaphores - before.semaphores], [1, 7]);
});

test("setSysvSemaphoreLimits() changes one of the four, and keeps the others", {
  needs: ["isolated"],
}, (scene) => {
  restored(scene);
  const before = kernelSem();
  setSysvSemaphoreLimits({ operationsMax: 77 });
  assert.deepEqual(kernelSem(), [before[0], before[1], 77, before[3]]);
  setSysvSemaphoreLimits({ semaphoresPerSetMax: 5, setsMax: 9 });
  assert.deepEqual(kernelSem(), [5, before[1], 77, 9]);
  setSysvSemaphoreLimits({});
  assert.deepEqual(kernelSem(), [5, before[1], 77, 9]);
  assert.throws(() => setSysvSemaphoreLimits({ setsMax: -1 }), { message: /setsMax/ });
  const text = { semaphoresMax: "1" } as unknown as { semaphoresMax: number };
  assert.throws(() => setSysvSemaphoreLimits(text), { code: "ERR_INVALID_ARG_TYPE" });
  assert.deepEqual(kernelSem(), [5, before[1], 77, 9]);
});

const restore = { needs: ["isolated", "checkpoint-restore"] } as const;

test("setSysvSemaphoreLimits() chooses the id of the next set", restore, () => {
  setSysvSemaphoreLimits({ nextId: 4242 });
  assert.equal(sysvSemaphoreLimits().nextId, 4242);
  using set = SysvSemaphoreSet.open(0, { count: 1 });
  assert.equal(set.id, 4242);
  set.remove();
  assert.equal(sysvSemaphoreLimits().nextId, -1);
});
