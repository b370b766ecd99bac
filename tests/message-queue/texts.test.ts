/** A received text is the receiver's own, whatever else was received and whoever gets it. */
import assert from "node:assert/strict";
import { test } from "../harness/test.ts";
import { fill, privateQueue } from "./queue.ts";

test("tryReceive() takes an empty message as the first of a process", (scene) => {
  const queue = privateQueue(scene);
  queue.trySend(3, "");
  assert.deepEqual(queue.tryReceive(), { type: 3, data: Buffer.alloc(0) });
});

test("a text stays what it was while others come, and when it is changed they do not", (scene) => {
  const queue = privateQueue(scene);
  const sizes = [0, 1, 7, 8, 9, 63, 500, 512, 513, 4_000, 4_096, 4_097, 8_192];
  const textOf = (index: number, size: number): Buffer => Buffer.alloc(size, index + 1);
  const received = [...sizes, ...sizes, ...sizes].map((size, index) => {
    queue.trySend(1, textOf(index, size));
    return queue.tryReceive()?.data ?? assert.fail("nothing was received");
  });
  received.forEach((text, index) => {
    assert.deepEqual(text, textOf(index, sizes[index % sizes.length] as number));
    text.fill(0xff);
  });
});

test("transferring a text to a worker never takes another text away", (scene) => {
  const queue = privateQueue(scene);
  fill(queue, 100);
  const [one, two] = [queue.tryReceive(), queue.tryReceive()];
  assert.ok(one !== undefined && two !== undefined);
  transfer(one.data);
  assert.deepEqual(two.data, Buffer.alloc(100, "f"));
  assert.deepEqual(queue.tryReceive()?.data, Buffer.alloc(100, "f"));
});

/** What cannot be transferred is cloned by Node 20, and refused with DataCloneError by later ones. */
function transfer(data: Buffer): void {
  const { port1 } = new MessageChannel();
  try {
    port1.postMessage(data, [data.buffer as ArrayBuffer]);
  } catch (error) {
    assert.equal((error as Error).name, "DataCloneError");
  } finally {
    port1.close();
  }
}
