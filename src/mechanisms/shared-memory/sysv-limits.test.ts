/** The limits of the namespace, against the kernel's own files. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import {
  type SysvSharedMemoryLimitsChange,
  setSysvSharedMemoryLimits,
  sysvSharedMemoryLimits,
} from "./sysv-limits.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

const isolated = { needs: ["isolated"] } as const;

function sysctl(name: string): bigint {
  return BigInt(readFileSync(`/proc/sys/${name}`, "latin1"));
}

/** Changes the limits of this file's own namespace until the end of the test. */
function withLimits(scene: TestScene, change: SysvSharedMemoryLimitsChange): void {
  const { segmentBytesMax, segmentsMax, pagesMax, removeForced } = sysvSharedMemoryLimits();
  const before = { segmentBytesMax, segmentsMax, pagesMax, removeForced };
  scene.after(() => setSysvSharedMemoryLimits(before));
  setSysvSharedMemoryLimits(change);
}

test("sysvSharedMemoryLimits() agrees with /proc/sys", () => {
  const limits = sysvSharedMemoryLimits();
  assert.equal(limits.segmentBytesMax, sysctl("kernel/shmmax"));
  assert.equal(limits.pagesMax, sysctl("kernel/shmall"));
  assert.equal(BigInt(limits.segmentsMax), sysctl("kernel/shmmni"));
  assert.equal(limits.removeForced, sysctl("kernel/shm_rmid_forced") === 1n);
  assert.equal(BigInt(limits.hugePagesGroup ?? -1), sysctl("vm/hugetlb_shm_group"));
  assert.equal(limits.segmentBytesMin, 1);
});

test("sysvSharedMemoryLimits() counts segments and pages, and which are resident", () => {
  const before = sysvSharedMemoryLimits();
  const segment = SysvSharedMemory.open(0, { sizeBytes: 3 * 4096 });
  using memory = segment.attach();
  memory.bytes[0] = 1;
  const now = sysvSharedMemoryLimits();
  segment.remove();
  assert.equal(now.segments - before.segments, 1);
  assert.equal(now.pages - before.pages, 3n);
  assert.equal(now.residentPages - before.residentPages, 1n);
  assert.equal(now.swappedPages, before.swappedPages);
});

test("setSysvSharedMemoryLimits() changes this namespace", isolated, (scene) => {
  const change = { segmentBytesMax: 8192, segmentsMax: 2, pagesMax: 3 };
  withLimits(scene, change);
  const { segmentBytesMax, segmentsMax, pagesMax } = sysvSharedMemoryLimits();
  assert.deepEqual([segmentBytesMax, segmentsMax, pagesMax], [8192n, 2, 3n]);
  setSysvSharedMemoryLimits({ pagesMax: 2n ** 64n - 1n });
  assert.equal(sysvSharedMemoryLimits().pagesMax, 2n ** 64n - 1n);
  setSysvSharedMemoryLimits({});
  for (const wrong of [{ segmentsMax: -1 }, { segmentBytesMax: 0.5 }, { pagesMax: 2n ** 64n }]) {
    assert.throws(() => setSysvSharedMemoryLimits(wrong), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = { segmentBytesMax: "1" } as unknown as SysvSharedMemoryLimitsChange;
  assert.throws(() => setSysvSharedMemoryLimits(text), { code: "ERR_INVALID_ARG_TYPE" });
  const none = null as unknown as SysvSharedMemoryLimitsChange;
  assert.throws(() => setSysvSharedMemoryLimits(none), { code: "ERR_INVALID_ARG_TYPE" });
});

test(
  "setSysvSharedMemoryLimits({ removeForced }) removes with the last attachment",
  isolated,
  (scene) => {
    withLimits(scene, { removeForced: true });
    const segment = SysvSharedMemory.open(0, { sizeBytes: 1 });
    const [one, two] = [segment.attach(), segment.attach()];
    one.close();
    assert.equal(segment.stat().removed, false);
    two.close();
    assert.throws(() => segment.stat(), { code: "EIDRM" });
  },
);

const restore = { needs: ["isolated", "checkpoint-restore"] } as const;

test("setSysvSharedMemoryLimits() chooses the id of the next segment", restore, () => {
  setSysvSharedMemoryLimits({ nextId: 4242 });
  assert.equal(sysvSharedMemoryLimits().nextId, 4242);
  const segment = SysvSharedMemory.open(0, { sizeBytes: 1 });
  assert.equal(segment.id, 4242);
  segment.remove();
  assert.equal(sysvSharedMemoryLimits().nextId, -1);
});
