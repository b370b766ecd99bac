/** The room's limits and probes. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { sharedMemoryRoom } from "./room.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";
import { listSysvSharedMemory } from "./sysv-status.ts";

test("probe() tries everything and leaves no segment behind", () => {
  const probes = sharedMemoryRoom.probe();
  assert.equal(probes.length, 4);
  assert.deepEqual(
    probes.slice(0, 2).map(({ available }) => available),
    [true, true],
  );
  for (const { available, reason } of probes) assert.equal(reason === "", available, reason);
  assert.deepEqual(listSysvSharedMemory(), []);
});

test("limits() names each limit, its use and the way to raise it", (scene) => {
  const segment = SysvSharedMemory.open(0, { sizeBytes: 8192 });
  scene.after(() => segment.remove());
  const limits = sharedMemoryRoom.limits();
  const names = ["kernel.shmmni", "kernel.shmall", "kernel.shmmax"];
  assert.deepEqual(
    limits.slice(0, 3).map(({ name }) => name),
    names,
  );
  assert.deepEqual([limits[0]?.used, limits[2]?.used], [1, null]);
  assert.ok(Number(limits[1]?.used) >= 1);
  for (const { name, limit, raise } of limits) {
    assert.ok(limit > 0);
    assert.match(raise, name.startsWith("kernel") ? new RegExp(`sysctl -w ${name}=`) : /ulimit -l/);
  }
});
