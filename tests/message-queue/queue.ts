/** Queues for tests: each is gone when its test has ended, whatever happened. */
import { randomInt } from "node:crypto";
import { SysvMessageQueue, type SysvMessageQueueOptions } from "linux-ipc/message-queue";
import type { TestScene } from "../harness/test.ts";

/** A new queue without a key. */
export function privateQueue(scene: TestScene): SysvMessageQueue {
  return removedAfter(scene, SysvMessageQueue.open(0, { create: true }));
}

/** A key that no queue has, as far as chance goes: the tests run in a namespace of their own. */
export function freeKey(): number {
  return randomInt(1, 2 ** 31 - 1);
}

/** The queue of a key, made if need be. */
export function keyedQueue(
  scene: TestScene,
  key: number,
  options: SysvMessageQueueOptions = {},
): SysvMessageQueue {
  return removedAfter(scene, SysvMessageQueue.open(key, { create: true, ...options }));
}

/** Removes the queue, unless it is removed already, and closes the handle. */
function removedAfter(scene: TestScene, queue: SysvMessageQueue): SysvMessageQueue {
  scene.after(() => {
    removeById(queue.id);
    queue.close();
  });
  return queue;
}

/** The test may have closed its handle or removed the queue: both are as good. */
function removeById(id: number): void {
  try {
    using queue = SysvMessageQueue.byId(id);
    queue.remove();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EINVAL" && code !== "EIDRM") throw error;
  }
}

/** Fills the queue with messages of this size until no more fits; how many went in. */
export function fill(queue: SysvMessageQueue, sizeBytes: number, type = 1): number {
  const text = Buffer.alloc(sizeBytes, "f");
  let count = 0;
  while (queue.trySend(type, text)) count++;
  return count;
}
