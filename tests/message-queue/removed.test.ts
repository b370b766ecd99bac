/** A handle proves that its queue was there: once it is removed, everything says EIDRM. */
import assert from "node:assert/strict";
import { SysvMessageQueue } from "linux-ipc/message-queue";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateQueue } from "./queue.ts";

const calls: Readonly<Record<string, (queue: SysvMessageQueue) => unknown>> = {
  "trySend()": (queue) => queue.trySend(1, "x"),
  "send()": (queue) => queue.send(1, "x"),
  "sendSync()": (queue) => queue.sendSync(1, "x"),
  "tryReceive()": (queue) => queue.tryReceive(),
  "receive()": (queue) => queue.receive(),
  "receiveSync()": (queue) => queue.receiveSync(),
  "messages()": (queue) => queue.messages().next(),
  "peek()": (queue) => queue.peek(0),
  "stat()": (queue) => queue.stat(),
  "set()": (queue) => queue.set({ mode: 0o600 }),
  "remove()": (queue) => queue.remove(),
};

/** The ways in which a queue goes away under a handle: its slot is free, or taken by another one. */
const ends: Readonly<Record<string, (scene: TestScene, queue: SysvMessageQueue) => unknown>> = {
  "removed by this handle": (_scene, queue) => queue.remove(),
  "removed by another program": (_scene, queue) => ask("ipcrm", ["-q", String(queue.id)]),
  "replaced by another one": (scene, queue) => {
    queue.remove();
    assert.notEqual(privateQueue(scene).id, queue.id);
  },
};

for (const [how, end] of Object.entries(ends)) {
  test(`every call answers EIDRM when the queue was ${how}`, {
    needs: ["util-linux"],
  }, async (scene) => {
    const queue = privateQueue(scene);
    queue.trySend(1, "goes with it");
    await end(scene, queue);
    const address = `msg:${queue.id}`;
    const gone = { name: "SystemError", code: "EIDRM", errno: -43, address };
    for (const [name, call] of Object.entries(calls)) {
      const made = Promise.resolve(queue).then(call);
      await assert.rejects(made, { ...gone, hint: "the queue was removed" }, name);
    }
    assert.equal(queue.closed, false);
    queue.close();
    assert.equal(queue.closed, true);
  });
}

test("byId() answers EINVAL for a queue that was removed: nothing proves that it was there", (scene) => {
  const queue = privateQueue(scene);
  queue.remove();
  assert.throws(() => SysvMessageQueue.byId(queue.id), { code: "EINVAL" });
});

test("trySend() still answers EINVAL for a message that is too long", (scene) => {
  const queue = privateQueue(scene);
  for (const size of [8_193, 100_000]) {
    const long = Buffer.alloc(size);
    assert.throws(() => queue.trySend(1, long), { code: "EINVAL", hint: /kernel\.msgmax/ });
    assert.throws(() => queue.sendSync(1, long), { code: "EINVAL", hint: /kernel\.msgmax/ });
  }
});

test("set() still answers EINVAL for what the kernel does not take", (scene) => {
  const queue = privateQueue(scene);
  assert.throws(() => queue.set({ uid: 2 ** 32 - 1 }), { code: /EINVAL|ERR_OUT_OF_RANGE/ });
  assert.equal(queue.stat().messages, 0);
});
