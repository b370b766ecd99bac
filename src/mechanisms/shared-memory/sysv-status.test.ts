/** Lists of segments. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";
import { listSysvSharedMemory } from "./sysv-status.ts";

test("listSysvSharedMemory() gives each segment what its own stat() gives, holes or not", () => {
  const segments = [1, 4096, 5000, 7, 8].map((sizeBytes) =>
    SysvSharedMemory.open(0, { sizeBytes }),
  );
  segments[2]?.remove();
  const left = segments.filter((_, index) => index !== 2);
  assert.deepEqual(
    listSysvSharedMemory(),
    left.map((segment) => segment.stat()),
  );
  for (const segment of left) segment.remove();
  assert.deepEqual(listSysvSharedMemory(), []);
});
