/** The addresses of queues. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { openSysvAddress } from "./sysv-address.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

test("openSysvAddress() opens by id and by key", () => {
  using queue = SysvMessageQueue.open(0x7b000002, { create: true });
  using byId = openSysvAddress(`msg:${queue.id}`);
  using byKey = openSysvAddress("msg:0x7b000002");
  assert.deepEqual([byId.id, byKey.id], [queue.id, queue.id]);
  queue.remove();
  assert.throws(() => openSysvAddress("msg:0x0"), { code: "ERR_OUT_OF_RANGE" });
});
