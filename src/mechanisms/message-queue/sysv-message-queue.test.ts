/** The handle of a System V message queue, in one process on the real kernel. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

/** A queue that nobody else finds, gone when the test ends. */
function queueFor(scene: TestScene): SysvMessageQueue {
  const queue = SysvMessageQueue.open(0);
  scene.after(() => {
    SysvMessageQueue.byId(queue.id).remove();
    queue.close();
  });
  return queue;
}

/** Fills it with messages of type 3 until the next one does not fit. */
function fill(queue: SysvMessageQueue): number {
  let count = 0;
  while (queue.trySend(3, Buffer.alloc(4096))) count++;
  return count;
}

test("open() finds a queue by its key only if it exists or create is given", () => {
  const key = 0x7a000001;
  assert.throws(() => SysvMessageQueue.open(key), {
    code: "ENOENT",
    syscall: "msgget",
    address: "msg:0x7a000001",
    hint: /create: true/,
  });
  using made = SysvMessageQueue.open(key, { create: true, mode: 0o640 });
  using found = SysvMessageQueue.open(key);
  assert.equal(found.id, made.id);
  assert.equal(made.stat().mode, 0o640);
  assert.throws(() => SysvMessageQueue.open(key, { create: true, exclusive: true }), {
    code: "EEXIST",
  });
  made.remove();
});

test("open() takes a key signed or unsigned, and refuses what is no key", () => {
  using unsigned = SysvMessageQueue.open(0xfa000001, { create: true });
  using signed = SysvMessageQueue.open(0xfa000001 | 0);
  assert.equal(signed.id, unsigned.id);
  assert.equal(signed.stat().key, 0xfa000001);
  unsigned.remove();
  for (const key of [2 ** 32, -(2 ** 31) - 1, 1.5, Number.NaN]) {
    assert.throws(() => SysvMessageQueue.open(key), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "7" as unknown as number;
  assert.throws(() => SysvMessageQueue.open(text), { code: "ERR_INVALID_ARG_TYPE" });
  assert.throws(() => SysvMessageQueue.open(1, { mode: 0o1000 }), { code: "ERR_OUT_OF_RANGE" });
});

test("byId() refuses an id that no queue has", () => {
  const { id } = SysvMessageQueue.open(0);
  SysvMessageQueue.byId(id).remove();
  assert.throws(() => SysvMessageQueue.byId(id), { code: /EINVAL|EIDRM/, address: `msg:${id}` });
  assert.throws(() => SysvMessageQueue.byId(-1), { code: "ERR_OUT_OF_RANGE" });
});

test("tryReceive() chooses by type: oldest, exact, lowest up to, any but", (scene) => {
  const queue = queueFor(scene);
  for (const type of [5, 3, 9, 3, 1]) assert.ok(queue.trySend(type, `t${type}`));
  const taken = [{ type: 3 }, { type: -4 }, { except: 5 }, {}, { type: 0 }].map(
    (selection) => queue.tryReceive(selection)?.type,
  );
  assert.deepEqual(taken, [3, 1, 9, 5, 3]);
  assert.equal(queue.tryReceive(), undefined);
});

test("trySend() says false when the queue is full, and nothing of the message is in it", (scene) => {
  const queue = queueFor(scene);
  assert.equal(fill(queue), 4);
  assert.equal(queue.trySend(1, "x".repeat(4096)), false);
  assert.equal(queue.stat().messages, 4);
});

test("messages of 0 bytes, and types beyond 2^53, arrive as they were sent", (scene) => {
  const queue = queueFor(scene);
  queue.trySend(2n ** 62n + 1n, "");
  queue.trySend(2 ** 40, "");
  assert.deepEqual(queue.tryReceive(), { type: 2n ** 62n + 1n, data: Buffer.alloc(0) });
  assert.deepEqual(queue.tryReceive({ type: 2 ** 40 }), { type: 2 ** 40, data: Buffer.alloc(0) });
});

test("maxBytes leaves a longer message in the queue; with noError it is cut off", (scene) => {
  const queue = queueFor(scene);
  queue.trySend(1, "0123456789");
  assert.throws(() => queue.tryReceive({ maxBytes: 4 }), { code: "E2BIG", syscall: "msgrcv" });
  assert.equal(queue.stat().messages, 1);
  const cut = queue.tryReceive({ maxBytes: 4, noError: true });
  assert.equal(cut?.data.toString(), "0123");
  assert.equal(queue.stat().messages, 0);
});

test("trySend() names kernel.msgmax when a message is longer", (scene) => {
  const queue = queueFor(scene);
  assert.throws(() => queue.trySend(1, Buffer.alloc(100_000)), {
    code: "EINVAL",
    hint: /100000 bytes, kernel.msgmax allows \d+ bytes/,
  });
});

test("peek() shows messages in order and changes nothing", {
  needs: ["checkpoint-restore"],
}, (scene) => {
  const queue = queueFor(scene);
  for (const type of [4, 2, 6]) queue.trySend(type, `text ${type}`);
  const before = queue.stat();
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => queue.peek(index)?.type),
    [4, 2, 6, undefined],
  );
  assert.equal(queue.peek(1)?.data.toString(), "text 2");
  assert.deepEqual(queue.stat(), before);
  assert.throws(() => queue.peek(-1), { code: "ERR_OUT_OF_RANGE" });
});

test("receive() waits for the type it wants, and leaves others", async (scene) => {
  const queue = queueFor(scene);
  const wanted = queue.receive({ type: 7 });
  queue.trySend(3, "not this");
  queue.trySend(7, "this");
  assert.deepEqual(await wanted, { type: 7, data: Buffer.from("this") });
  assert.equal(queue.stat().messages, 1);
});

test("send() waits until there is room", async (scene) => {
  const queue = queueFor(scene);
  fill(queue);
  let sent = false;
  const wait = queue.send(9, Buffer.alloc(4096, 9)).then(() => {
    sent = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(!sent);
  queue.tryReceive();
  await wait;
  assert.equal(queue.tryReceive({ type: 9 })?.data[4095], 9);
});

test("messages() takes one at a time, and break ends it", async (scene) => {
  const queue = queueFor(scene);
  for (const text of ["a", "b", "c"]) queue.trySend(1, text);
  const seen: string[] = [];
  for await (const { data } of queue.messages({ type: 1 })) {
    seen.push(data.toString());
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, ["a", "b"]);
  assert.equal(queue.stat().messages, 1);
});

test("receiveSync() and sendSync() give up when their time is up", (scene) => {
  const queue = queueFor(scene);
  const timeout = { code: "ETIMEDOUT", address: `msg:${queue.id}` };
  assert.throws(() => queue.receiveSync({ timeoutMs: 5 }), { ...timeout, syscall: "msgrcv" });
  fill(queue);
  const data = Buffer.alloc(4096);
  assert.throws(() => queue.sendSync(1, data, { timeoutMs: 5 }), { ...timeout, syscall: "msgsnd" });
  assert.equal(queue.receiveSync({ type: 3, timeoutMs: 5 }).data.length, 4096);
  queue.sendSync(1, "room now");
  assert.equal(queue.receiveSync({ type: 1 }).data.toString(), "room now");
});

test("remove() makes every wait reject with EIDRM", async (scene) => {
  const queue = SysvMessageQueue.open(0);
  scene.after(() => queue.close());
  fill(queue);
  const waits = [
    queue.receive({ type: 8 }),
    queue.receive({ type: 9 }),
    queue.send(1, Buffer.alloc(4096)),
  ];
  queue.remove();
  const refusal = { code: "EIDRM", address: `msg:${queue.id}` };
  // All at once: who is listened to later may have rejected before.
  await Promise.all(waits.map((wait) => assert.rejects(wait, refusal)));
  assert.throws(() => queue.stat(), { code: /EIDRM|EINVAL/ });
});

test("set() changes the mode and the capacity, and names the limit when it is refused", (scene) => {
  const queue = queueFor(scene);
  queue.set({ mode: 0o660, maxBytes: 100 });
  assert.equal(queue.stat().mode, 0o660);
  assert.equal(queue.stat().maxBytes, 100);
  assert.equal(queue.trySend(1, Buffer.alloc(101)), false);
  assert.throws(() => queue.set({ mode: 0o7777 }), { code: "ERR_OUT_OF_RANGE" });
  assert.throws(() => queue.set({ uid: -1 }), { code: "ERR_OUT_OF_RANGE" });
});

test("stat() counts messages and bytes, and says who sent and received last and when", (scene) => {
  const queue = queueFor(scene);
  const fresh = queue.stat();
  assert.equal(fresh.lastSendPid, 0);
  assert.equal(fresh.sentAt, undefined);
  queue.trySend(1, "four");
  queue.trySend(1, "four");
  queue.tryReceive();
  const { messages, bytes, lastSendPid, lastReceivePid, sentAt, receivedAt } = queue.stat();
  assert.deepEqual([messages, bytes], [1, 4]);
  assert.deepEqual([lastSendPid, lastReceivePid], [process.pid, process.pid]);
  assert.ok(Math.abs(Date.now() - (sentAt?.getTime() ?? 0)) < 10_000);
  assert.ok(Math.abs(Date.now() - (receivedAt?.getTime() ?? 0)) < 10_000);
});

test("a message longer than any before makes the memory grow", {
  needs: ["isolated"],
}, async (scene) => {
  const { setSysvMessageLimits } = await import("./sysv-limits.ts");
  setSysvMessageLimits({ messageBytesMax: 300_000, queueBytesMax: 1_000_000 });
  const queue = queueFor(scene);
  const waiting = queue.receive();
  queue.trySend(1, Buffer.alloc(200_000, 5));
  assert.deepEqual(await waiting, { type: 1, data: Buffer.alloc(200_000, 5) });
  queue.trySend(1, Buffer.alloc(300_000, 6));
  assert.equal(queue.peek(0)?.data.length, 300_000);
  assert.equal(queue.receiveSync().data.length, 300_000);
});
