/** Seeing queues: the objects and what is concluded, from a table of processes made for the test. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import type { View } from "../../io/room.ts";
import type { Process, Thread } from "../../wire/proc/process-table.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";
import { seeSysvMessageQueues } from "./sysv-see.ts";

const ipcNamespace = 4026531839;

function queueFor(scene: TestScene, key = 0): SysvMessageQueue {
  const queue = SysvMessageQueue.open(key, { create: true });
  scene.after(() => {
    queue.remove();
    queue.close();
  });
  return queue;
}

interface Blocked {
  readonly pid: number;
  readonly number: number;
  readonly values: readonly bigint[];
  readonly namespace?: number;
}

/** A process of one thread, blocked in one call of x86-64. */
function blocked({ pid, number, values, namespace = ipcNamespace }: Blocked): Process {
  const call = { number, arguments: [...values, 0n, 0n].slice(0, 6), stackPointer: 2n ** 46n };
  const thread: Thread = { tid: pid, syscall: call };
  const names = { ppid: 1, startTicks: 1, comm: `p${pid}`, cmdline: [], state: "S" };
  const owner = { uid: 0, gid: 0, cgroup: null, namespaces: new Map([["ipc", namespace]]) };
  return {
    pid,
    ...names,
    ...owner,
    threads: [thread],
    descriptors: [],
    mappings: [],
    failures: [],
  };
}

function viewOf(...processes: readonly Process[]): View {
  const type = Buffer.alloc(8);
  type.writeBigInt64LE(3n);
  return {
    processes: { processes: new Map(processes.map((process) => [process.pid, process])) },
    isGone: () => false,
    isBlocked: (_pid, tid) => tid !== 99,
    namespaces: { ipc: ipcNamespace, net: 1, mnt: 1, pid: 1, user: 1 },
    readMemory: (_pid, address) => (address === 0x1000n ? type : undefined),
  };
}

const x64 = { needs: ["checkpoint-restore"] } as const;
const minus = (value: bigint): bigint => BigInt.asUintN(64, -value);

test("see() gives a queue all its fields, and its key as an alias", x64, (scene) => {
  const queue = queueFor(scene, 0x7d000001);
  queue.trySend(3, "four");
  queue.trySend(3, "four");
  queue.trySend(9, "");
  const { objects, gaps } = seeSysvMessageQueues(viewOf());
  const object = objects.find(({ address }) => address === `msg:${queue.id}`);
  assert.deepEqual(object?.aliases, ["msg:0x7d000001"]);
  assert.deepEqual(object?.used, { bytes: 8, messages: 3 });
  assert.equal(object?.mode, 0o600);
  assert.equal(object?.namespace, ipcNamespace);
  assert.deepEqual(object?.details["types"], [
    { type: 3, messages: 2 },
    { type: 9, messages: 1 },
  ]);
  assert.equal(object?.details["receivedAt"], null);
  assert.ok(object?.unknown["receivedAt"]);
  assert.deepEqual(gaps, []);
});

test("see() decodes who waits: sizes, types, ranges and exceptions", { needs: [] }, (scene) => {
  if (process.arch !== "x64") return;
  const id = BigInt(queueFor(scene).id);
  const send = blocked({ pid: 11, number: 69, values: [id, 0x1000n, 8000n, 0n] });
  const blind = blocked({ pid: 12, number: 69, values: [id, 0x2000n, 10n, 0n] });
  const up = blocked({ pid: 13, number: 70, values: [id, 0n, 99n, minus(9n), 0n] });
  const except = blocked({ pid: 14, number: 70, values: [id, 0n, 99n, 7n, 0o20000n] });
  const any = blocked({ pid: 15, number: 70, values: [id, 0n, 99n, 0n, 0n] });
  // What was read of one that has gone on since may be anything.
  const gone = blocked({ pid: 99, number: 69, values: [id, 0x1000n, 8000n, 0n] });
  const { waits } = seeSysvMessageQueues(viewOf(send, blind, up, except, any, gone));
  assert.deepEqual(
    waits.map(({ pid, need, text }) => [pid, need, text]),
    [
      [11, { type: 3, bytes: 8000 }, "room for 8000 bytes of type 3"],
      [12, { type: null, bytes: 10 }, "room for 10 bytes"],
      [13, { type: -9, except: false, maxBytes: 99 }, "a message of a type up to 9"],
      [14, { type: 7, except: true, maxBytes: 99 }, "a message of any type but 7"],
      [15, { type: 0, except: false, maxBytes: 99 }, "a message of any type"],
    ],
  );
});

test("see() does not mistake a wait in another namespace, or on another queue, for one here", (scene) => {
  if (process.arch !== "x64") return;
  const id = BigInt(queueFor(scene).id);
  const values = [id, 0n, 99n, 0n, 0n];
  const foreign = blocked({ pid: 11, number: 70, values, namespace: 1 });
  const other = blocked({ pid: 12, number: 70, values: [999_999n, 0n, 99n, 0n, 0n] });
  const reading = blocked({ pid: 13, number: 0, values });
  assert.deepEqual(seeSysvMessageQueues(viewOf(foreign, other, reading)).waits, []);
});

test("see() flags a full queue, and a stuck one", x64, (scene) => {
  if (process.arch !== "x64") return;
  const queue = queueFor(scene);
  while (queue.trySend(3, Buffer.alloc(8000)));
  const id = BigInt(queue.id);
  const send = blocked({ pid: 11, number: 69, values: [id, 0x1000n, 8000n, 0n] });
  const receive = blocked({ pid: 12, number: 70, values: [id, 0n, 99n, 7n, 0n] });
  const { objects, findings } = seeSysvMessageQueues(viewOf(send, receive));
  const object = objects.find(({ address }) => address === `msg:${queue.id}`);
  assert.deepEqual(object?.flags, ["full", "stuck"]);
  assert.equal(findings[0]?.rule, "queue-full-type-mismatch");
  assert.match(findings[0]?.text[2] ?? "", /The only receiver, p12 \(12\)/);
});
