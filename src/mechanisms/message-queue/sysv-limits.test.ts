/** The limits of the namespace, against the kernel's own files. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import { setSysvMessageLimits, sysvMessageLimits } from "./sysv-limits.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

function sysctl(name: string): number {
  return Number(readFileSync(`/proc/sys/kernel/${name}`, "latin1"));
}

test("sysvMessageLimits() agrees with /proc/sys/kernel", () => {
  const limits = sysvMessageLimits();
  assert.equal(limits.messageBytesMax, sysctl("msgmax"));
  assert.equal(limits.queueBytesMax, sysctl("msgmnb"));
  assert.equal(limits.queuesMax, sysctl("msgmni"));
});

test("sysvMessageLimits() counts queues, messages and bytes", () => {
  const before = sysvMessageLimits();
  using queue = SysvMessageQueue.open(0);
  queue.trySend(1, "12345");
  const now = sysvMessageLimits();
  queue.remove();
  const use = [
    now.queues - before.queues,
    now.messages - before.messages,
    now.bytes - before.bytes,
  ];
  assert.deepEqual(use, [1, 1, 5]);
});

test("setSysvMessageLimits() changes this namespace", { needs: ["isolated"] }, () => {
  setSysvMessageLimits({ messageBytesMax: 12345, queueBytesMax: 54321, queuesMax: 7 });
  const { messageBytesMax, queueBytesMax, queuesMax } = sysvMessageLimits();
  assert.deepEqual([messageBytesMax, queueBytesMax, queuesMax], [12345, 54321, 7]);
  const queues = Array.from({ length: 7 }, () => SysvMessageQueue.open(0));
  assert.throws(() => SysvMessageQueue.open(0), { code: "ENOSPC", hint: /kernel.msgmni allows 7/ });
  for (const queue of queues) {
    queue.remove();
    queue.close();
  }
  assert.throws(() => setSysvMessageLimits({ queuesMax: -1 }), { code: "ERR_OUT_OF_RANGE" });
});

const restore = { needs: ["isolated", "checkpoint-restore"] } as const;

test("setSysvMessageLimits() chooses the id of the next queue", restore, () => {
  setSysvMessageLimits({ nextId: 4242 });
  assert.equal(sysvMessageLimits().nextId, 4242);
  using queue = SysvMessageQueue.open(0);
  assert.equal(queue.id, 4242);
  queue.remove();
  assert.equal(sysvMessageLimits().nextId, -1);
});
