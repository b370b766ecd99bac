/** Lists of queues. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";
import { listSysvMessageQueues } from "./sysv-status.ts";

test("listSysvMessageQueues() gives each queue what its own stat() gives, holes or not", () => {
  const queues = Array.from({ length: 5 }, () => SysvMessageQueue.open(0));
  queues[2]?.remove();
  const left = queues.filter((_, index) => index !== 2);
  const listed = listSysvMessageQueues();
  assert.deepEqual(
    listed,
    left.map((queue) => queue.stat()),
  );
  for (const queue of left) queue.remove();
  for (const queue of queues) queue.close();
  assert.deepEqual(listSysvMessageQueues(), []);
});
