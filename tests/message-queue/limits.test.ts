/** The limits of the kernel: reached, raised, and told about. */
import assert from "node:assert/strict";
import {
  type SysvMessageLimitsChange,
  SysvMessageQueue,
  setSysvMessageLimits,
  sysvMessageLimits,
} from "linux-ipc/message-queue";
import { blocked } from "../harness/blocked.ts";
import { within } from "../harness/deadline.ts";
import { randomOf } from "../harness/seed.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ForeignQueue, languages, printed } from "./foreign.ts";
import { startProgramUnder } from "./programs.ts";
import { fill, freeKey, keyedQueue, privateQueue } from "./queue.ts";

const mebibyte = 2 ** 20;
const isolated = { needs: ["isolated"] } as const;

/** Changes the limits of this file's own namespace until the end of the test. */
function withLimits(scene: TestScene, change: SysvMessageLimitsChange): void {
  const { messageBytesMax, queueBytesMax, queuesMax } = sysvMessageLimits();
  scene.after(() => setSysvMessageLimits({ messageBytesMax, queueBytesMax, queuesMax }));
  setSysvMessageLimits(change);
}

test("trySend() takes 0 to 8192 bytes, and names the limit above", async (scene) => {
  const queue = privateQueue(scene);
  for (const size of [0, 1, 8191, 8192]) {
    const data = randomOf(size).bytes(size);
    assert.equal(queue.trySend(1, data), true);
    assert.deepEqual(await queue.receive(), { type: 1, data });
  }
  const { messageBytesMax } = sysvMessageLimits();
  const refused = { code: "EINVAL", syscall: "msgsnd", hint: /kernel\.msgmax.*sysctl/ };
  assert.throws(() => queue.trySend(1, Buffer.alloc(messageBytesMax + 1)), refused);
  await assert.rejects(queue.send(1, Buffer.alloc(messageBytesMax + 1)), refused);
  assert.throws(() => queue.sendSync(1, Buffer.alloc(messageBytesMax + 1)), refused);
});

test("every receive takes 1 MiB where the sysctl allows it", isolated, async (scene) => {
  withLimits(scene, { messageBytesMax: mebibyte, queueBytesMax: 4 * mebibyte });
  const key = freeKey();
  const queue = keyedQueue(scene, key);
  const data = randomOf(7).bytes(mebibyte);
  assert.equal(queue.stat().maxBytes, 4 * mebibyte);
  const waiting = queue.receive();
  await blocked(process.pid, "msgrcv", queue.id);
  await queue.send(3, data);
  assert.deepEqual(await waiting, { type: 3, data });
  queue.trySend(4, data);
  assert.deepEqual(queue.peek(0), { type: 4, data });
  assert.deepEqual(queue.tryReceive(), { type: 4, data });
  queue.sendSync(5, data);
  assert.deepEqual(queue.receiveSync(), { type: 5, data });
  const perl = languages.find(({ name }) => name === "perl");
  assert.ok(perl !== undefined);
  await using peer = await ForeignQueue.open(perl, key);
  assert.equal(await peer.send(6, data), "sent");
  assert.deepEqual(await queue.receive(), { type: 6, data });
  queue.trySend(7, data);
  assert.equal(await peer.receive(0, mebibyte), printed(7, data));
});

test("maxBytes may be as long as it says, and no longer", (scene) => {
  const queue = privateQueue(scene);
  queue.trySend(1, "x");
  assert.deepEqual(queue.tryReceive({ maxBytes: 2 ** 31 - 16 })?.data, Buffer.from("x"));
  assert.throws(() => queue.tryReceive({ maxBytes: 2 ** 31 - 15 }), { code: "ERR_OUT_OF_RANGE" });
});

test(
  "receive() of a closed handle ends, although its message was too long at first",
  isolated,
  async (scene) => {
    withLimits(scene, { messageBytesMax: mebibyte, queueBytesMax: 4 * mebibyte });
    const other = privateQueue(scene);
    // Which of two results comes first is the kernel's choice: some rounds reach the narrow place.
    for (let round = 0; round < 30; round++) {
      const queue = SysvMessageQueue.byId(other.id);
      const small = queue.receive({ type: 1 }).then(() => {
        other.tryReceive({ type: 2 });
        queue.close();
      });
      const large = queue.receive({ type: 2, timeoutMs: 20_000 }).catch((error: unknown) => error);
      await blocked(process.pid, "msgrcv", queue.id, 2);
      other.trySend(1, "x");
      other.trySend(2, Buffer.alloc(100_000));
      await small;
      const outcome = await within("the end of the other wait", large);
      if (outcome instanceof Error) assert.equal(outcome.name, "ClosedError");
    }
  },
);

test("trySend() is false when the queue is full by bytes, and when by messages", (scene) => {
  const queue = privateQueue(scene);
  queue.set({ maxBytes: 1000 });
  assert.equal(fill(queue, 300), 3);
  assert.equal(queue.trySend(1, Buffer.alloc(101)), false);
  assert.equal(queue.trySend(1, Buffer.alloc(100)), true);
  assert.equal(queue.trySend(1, ""), true);
  while (queue.tryReceive() !== undefined);
  assert.equal(fill(queue, 0), 1000);
  assert.equal(queue.stat().bytes, 0);
  assert.equal(queue.stat().messages, 1000);
});

test("send() waits on a queue full by messages alone", async (scene) => {
  const queue = privateQueue(scene);
  queue.set({ maxBytes: 10 });
  assert.equal(fill(queue, 0), 10);
  const sending = queue.send(2, "");
  await blocked(process.pid, "msgsnd", queue.id);
  queue.tryReceive();
  await sending;
  assert.equal(queue.stat().messages, 10);
});

test("set() lets a waiting send go on when it makes room", async (scene) => {
  const queue = privateQueue(scene);
  queue.set({ maxBytes: 10 });
  fill(queue, 10);
  const sending = queue.send(2, "more");
  await blocked(process.pid, "msgsnd", queue.id);
  queue.set({ maxBytes: 100 });
  await sending;
});

test("open() names kernel.msgmni when there are too many queues", isolated, (scene) => {
  const { queues } = sysvMessageLimits();
  withLimits(scene, { queuesMax: queues + 1 });
  privateQueue(scene);
  assert.throws(() => SysvMessageQueue.open(0), { code: "ENOSPC", hint: /kernel\.msgmni/ });
});

test("setSysvMessageLimits({ nextId }) decides the id of the next queue", {
  needs: ["isolated", "checkpoint-restore"],
}, (scene) => {
  setSysvMessageLimits({ nextId: 4711 });
  assert.equal(sysvMessageLimits().nextId, 4711);
  assert.equal(privateQueue(scene).id, 4711);
  assert.equal(sysvMessageLimits().nextId, -1);
});

test("types beyond 2^31 and 2^53 choose and are chosen", (scene) => {
  const queue = privateQueue(scene);
  const types = [2 ** 31, 2 ** 32 + 1, 2n ** 53n + 1n, 2n ** 63n - 1n];
  for (const type of types) queue.trySend(type, `${type}`);
  for (const type of types.toReversed()) {
    assert.deepEqual(queue.tryReceive({ type }), { type, data: Buffer.from(`${type}`) });
  }
  for (const type of types) queue.trySend(type, "");
  assert.equal(queue.tryReceive({ type: -(2n ** 63n - 1n) })?.type, 2 ** 31);
  assert.equal(queue.tryReceive({ type: -(2 ** 31) }), undefined);
  assert.equal(queue.tryReceive({ type: -(2n ** 53n + 1n) })?.type, 2 ** 32 + 1);
  assert.equal(queue.tryReceive({ except: 2n ** 53n + 1n })?.type, 2n ** 63n - 1n);
});

test("receiveSync() tells when no timer can be made, and the process lives", async (scene) => {
  const queue = privateQueue(scene);
  const said = await underLimit(["prlimit", "--sigpending=0", "--"], "timer", queue.id);
  assert.deepEqual(said.slice(0, 2), ["EAGAIN", "timer_create"]);
  assert.match(said[2] ?? "", /RLIMIT_SIGPENDING/);
  assert.equal(said[3], "alive");
});

test("receive() tells when no thread can be made, and the process lives", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const queue = privateQueue(scene);
  queue.set({ mode: 0o666 });
  const said = await underLimit(["prlimit", "--nproc=1", "--"], "thread", queue.id);
  assert.match(said[0] ?? "", /^(EAGAIN|ENOMEM)$/);
  assert.equal(said[1], "pthread_create");
  assert.match(said[2] ?? "", /RLIMIT_NPROC/);
  assert.equal(said[3], "alive");
});

/** What programs/limited.ts says: the code, the call, the hint, and that it lives. */
async function underLimit(
  wrapper: readonly [string, ...string[]],
  what: string,
  queueId: number,
): Promise<string[]> {
  await using peer = await startProgramUnder(wrapper, "limited", [what, queueId]);
  const { code, stdout, stderr } = await peer.ended();
  assert.equal(code, 0, stderr);
  return stdout.split("\n");
}
