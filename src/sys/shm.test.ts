/** The constants and calls of shared memory. */
import assert from "node:assert/strict";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import { forget, sizeOf, unmap, windowOf } from "./memory.ts";
import { createRegion, releaseRegion } from "./region.ts";
import * as shm from "./shm.ts";
import { IPC_PRIVATE, IPC_RMID } from "./sysv.ts";

const names = [
  "SHM_HUGETLB",
  "SHM_NORESERVE",
  "SHM_RDONLY",
  "SHM_RND",
  "SHM_REMAP",
  "SHM_EXEC",
  "SHM_LOCK",
  "SHM_UNLOCK",
  "SHM_STAT",
  "SHM_INFO",
  "SHM_STAT_ANY",
  "SHM_DEST",
  "SHM_LOCKED",
] as const;

test("every constant is the one of sys/shm.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["sys/shm.h"], names);
  const own = Object.fromEntries(names.map((name) => [name, shm[name]]));
  assert.deepEqual(own, expected);
});

test("SHM_HUGE_SHIFT is the one of linux/shm.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["linux/shm.h"], ["SHM_HUGE_SHIFT"]);
  assert.equal(shm.SHM_HUGE_SHIFT, expected["SHM_HUGE_SHIFT"]);
});

test("shmget(), shmat() and shmctl() make, attach and remove a segment", () => {
  const id = shm.shmget(IPC_PRIVATE, 100, 0o600);
  assert.ok(id >= 0);
  const mapping = shm.shmat(id, 0);
  assert.equal(sizeOf(mapping), 100);
  const bytes = new Uint8Array(windowOf({ mapping, offset: 0, sizeBytes: 100 }));
  bytes[99] = 7;
  const again = shm.shmat(id, shm.SHM_RDONLY);
  const seen = new Uint8Array(windowOf({ mapping: again, offset: 99, sizeBytes: 1 }));
  assert.deepEqual([...seen], [7]);
  const about = createRegion(shm.SHMCTL_BYTES);
  assert.equal(shm.shmctl(id, IPC_RMID, about), 0);
  for (const closed of [mapping, again]) {
    assert.equal(unmap(closed), 1);
    assert.equal(forget(closed), 0);
  }
  assert.equal(bytes.length, 0);
  assert.equal(shm.shmat(id, 0), -22);
  releaseRegion(about);
});
