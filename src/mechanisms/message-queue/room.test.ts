/** The room's limits and probes. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { messageQueueRoom } from "./room.ts";
import { listSysvMessageQueues } from "./sysv-status.ts";

test("probe() tries everything and leaves no queue behind", {
  needs: ["checkpoint-restore"],
}, () => {
  const probes = messageQueueRoom.probe();
  assert.deepEqual(
    probes.map(({ available }) => available),
    [true, true, true, true, true],
  );
  assert.deepEqual(listSysvMessageQueues(), []);
});

test("limits() names each limit, its use and the way to raise it", () => {
  const limits = messageQueueRoom.limits();
  assert.deepEqual(
    limits.map(({ name }) => name),
    [
      "kernel.msgmni",
      "kernel.msgmnb",
      "kernel.msgmax",
      "fs.mqueue.queues_max",
      "fs.mqueue.msg_max",
      "fs.mqueue.msgsize_max",
      "RLIMIT_MSGQUEUE",
    ],
  );
  assert.deepEqual([limits[0]?.used, limits[3]?.used], [0, 0]);
  for (const { limit, raise } of limits) {
    assert.ok(limit > 0);
    assert.match(raise, /^(?:sysctl -w (?:kernel\.msg|fs\.mqueue\.)|ulimit -q )/);
  }
});
