/** The room's limits and probes. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
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
    assert.match(
      raise,
      name.startsWith("kernel") ? new RegExp(`sysctl -w ${name}=`) : /ulimit -l|remount/,
    );
  }
});

test("limits() says how much fits into /dev/shm, and how much is in it", {
  needs: ["isolated"],
}, (scene) => {
  const used = (): unknown => limitOf("size of /dev/shm")?.used;
  const limitOf = (name: string) => sharedMemoryRoom.limits().find((one) => one.name === name);
  const before = Number(used());
  const names = Number(limitOf("nr_inodes of /dev/shm")?.used);
  writeFileSync("/dev/shm/full", new Uint8Array(100_000));
  scene.after(() => rmSync("/dev/shm/full"));
  assert.ok(Number(used()) - before >= 100_000);
  assert.equal(Number(limitOf("nr_inodes of /dev/shm")?.used), names + 1);
});
