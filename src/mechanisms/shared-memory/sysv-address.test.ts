/** The addresses of segments. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { openSysvAddress } from "./sysv-address.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

test("openSysvAddress() opens by id and by key", () => {
  using segment = SysvSharedMemory.open(0x7b000202, { create: true, sizeBytes: 1 });
  using byId = openSysvAddress(`shm:${segment.id}`);
  using byKey = openSysvAddress("shm:0x7b000202");
  assert.deepEqual([byId.id, byKey.id], [segment.id, segment.id]);
  segment.remove();
  assert.throws(() => openSysvAddress("shm:0x0"), { code: "ERR_OUT_OF_RANGE" });
});
