/** Shows that the kernel's table tells how much of a segment is in memory. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { residence } from "./sysv-resident.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

test("residence() grows with the pages that were touched", (scene) => {
  const segment = SysvSharedMemory.open(0, { sizeBytes: 5 * 65536 });
  scene.after(() => segment.remove());
  const resident = (): bigint | undefined => {
    const rows = residence();
    return typeof rows === "string" ? undefined : rows.get(segment.id)?.rss;
  };
  assert.equal(resident(), 0n);
  using memory = segment.attach();
  for (const page of [0, 2, 4]) memory.write(page * 65536, "x");
  const touched = Number(resident());
  assert.ok(touched >= 3 * 4096 && touched <= 3 * 65536, String(touched));
});
