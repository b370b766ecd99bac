/** The room's limits and probes. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { readSysctl } from "../../io/sysv/sysctl.ts";
import { semaphoreRoom } from "./room.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";
import { listSysvSemaphoreSets } from "./sysv-status.ts";

test("probe() tries everything and leaves no set behind", () => {
  const probes = semaphoreRoom.probe();
  assert.deepEqual(
    probes.map(({ available }) => available),
    [true, true, true],
  );
  assert.deepEqual(listSysvSemaphoreSets(), []);
});

test("limits() names each number of kernel.sem, and keeps the other three when one is raised", (scene) => {
  const set = SysvSemaphoreSet.open(0, { count: 7 });
  scene.after(() => {
    set.remove();
    set.close();
  });
  const limits = semaphoreRoom.limits();
  const numbers = (readSysctl("kernel/sem") ?? "").split(/\s+/);
  const places = ["SEMMSL", "SEMMNS", "SEMOPM", "SEMMNI"];
  assert.deepEqual(
    limits.map(({ name, used }) => [name, used]),
    [
      ["kernel.sem (SEMMNI)", 1],
      ["kernel.sem (SEMMNS)", 7],
      ["kernel.sem (SEMMSL)", null],
      ["kernel.sem (SEMOPM)", null],
    ],
  );
  for (const { name, limit, raise } of limits) {
    const place = places.findIndex((word) => name.includes(word));
    assert.equal(String(limit), numbers[place]);
    const changed = numbers.with(place, "NUMBER").join(" ");
    assert.equal(raise, `sysctl -w kernel.sem="${changed}"`);
  }
});
