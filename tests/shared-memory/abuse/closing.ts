/** Memory that is closed, or let go of, in the midst of its use. */
import assert from "node:assert/strict";
import { randomFill } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markAsUntransferable, type Worker } from "node:worker_threads";
import { type MappedMemory, SysvSharedMemory } from "linux-ipc/shared-memory";
import { until } from "../../harness/deadline.ts";
import { startWorker } from "../programs.ts";
import { collect, mapped } from "./left.ts";

const large = 256 * 2 ** 20;

/** Attached memory of a segment that is gone with it. */
function attachedAlone(sizeBytes = 8_192): MappedMemory {
  const segment = SysvSharedMemory.open(0, { sizeBytes, noReserve: true });
  const memory = segment.attach();
  segment.remove();
  return memory;
}

function viewsOutstanding(): void {
  const memory = attachedAlone();
  const window = memory.window(10, 20);
  const views = [Uint8Array, Int32Array, BigInt64Array].map((type) =>
    memory.view<Uint8Array | Int32Array | BigInt64Array>(type),
  );
  const data = memory.view(DataView);
  const bytes = memory.bytes;
  bytes[0] = 1;
  memory.close();
  memory.close();
  assert.deepEqual(
    [bytes, window, ...views].map((view) => view.length),
    [0, 0, 0, 0, 0],
  );
  assert.equal(bytes[0], undefined);
  bytes[0] = 1;
  assert.throws(() => data.getInt8(0), TypeError);
  const [numbers] = views as [Uint8Array];
  assert.throws(() => Atomics.load(numbers, 0));
  for (const use of [
    () => memory.bytes,
    () => memory.window(0, 1),
    () => memory.view(Uint8Array),
    () => memory.read(0, 1),
    () => memory.write(0, "x"),
    () => memory.protect("read"),
    () => memory.damage,
  ]) {
    assert.throws(use, { name: "ClosedError", code: "ERR_CLOSED", message: /The memory of shm:/ });
  }
}

type Transferable = ArrayBuffer & { transfer?(): ArrayBuffer };

/** Node 22 and later. What has the memory then sees zeros once it is closed. */
async function transferred(): Promise<void> {
  const memory = attachedAlone();
  memory.bytes[0] = 5;
  const moved = (memory.bytes.buffer as Transferable).transfer?.();
  if (moved === undefined) return memory.close();
  assert.equal(new Uint8Array(moved)[0], 5);
  assert.equal(memory.bytes[0], 5, "memory.bytes is another Buffer then");
  assert.equal(memory.window(0, 3).length, 3);
  assert.equal(memory.read(0, 1)[0], 5);
  memory.close();
  await collect();
  const bytes = new Uint8Array(moved);
  assert.equal(bytes.length, 8_192);
  assert.equal(bytes[0], 0);
  bytes.fill(3);
  assert.equal(bytes[8_191], 3);
}

/** Node 20 copies what it is asked to transfer; later ones refuse. */
function toBeTransferred(): void {
  const memory = attachedAlone();
  const { port1, port2 } = new MessageChannel();
  const buffer = memory.bytes.buffer as ArrayBuffer;
  memory.bytes[0] = 5;
  for (const send of [
    () => void structuredClone(buffer, { transfer: [buffer] }),
    () => port1.postMessage(buffer, [buffer]),
  ]) {
    try {
      send();
    } catch (error) {
      assert.equal((error as Error).name, "DataCloneError");
    }
    assert.equal(memory.bytes[0], 5);
  }
  port1.close();
  port2.close();
  memory.close();
}

/** Node 24 and later end the process where native code detaches such a buffer. */
function markedAsUntransferable(): void {
  const memory = attachedAlone();
  const bytes = memory.bytes;
  bytes[0] = 5;
  markAsUntransferable(bytes.buffer);
  memory.close();
  if (bytes.length > 0) bytes.fill(1);
  assert.equal(memory.closed, true);
  assert.throws(() => memory.bytes, { name: "ClosedError" });
}

/** A thread of Node's goes on writing where the memory was. */
async function duringRandomFill(): Promise<void> {
  for (let time = 0; time < 3; time++) {
    const memory = attachedAlone(large);
    const filled = new Promise((resolve) => randomFill(memory.bytes, resolve));
    await until("the first of it", () => memory.view(BigUint64Array)[100] !== 0n);
    memory.close();
    await collect();
    await filled;
  }
}

/** What the kernel copies meanwhile goes to pages of ours, or comes from there. */
async function duringFileCalls(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-file-"));
  await using zeros = await open("/dev/zero", "r");
  await using file = await open(join(folder, "out"), "w");
  try {
    await closedDuring(async (bytes) => (await zeros.read(bytes)).bytesRead);
    await closedDuring(async (bytes) => (await file.write(bytes)).bytesWritten);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function closedDuring(call: (bytes: Buffer) => Promise<number>): Promise<void> {
  const memory = attachedAlone(large / 4);
  const done = call(memory.bytes);
  memory.close();
  await collect();
  assert.ok((await done) >= 0);
}

/** What is closed while it is truncated, both while a thread of Node's uses it. */
async function duringRandomFillOfLittle(): Promise<void> {
  for (let time = 0; time < 300; time++) {
    const memory = attachedAlone(64 * 1024);
    const filled = new Promise((resolve) => randomFill(memory.bytes, resolve));
    if (time % 2 === 0) memory.protect("none");
    if (time % 3 === 0) await new Promise(setImmediate);
    memory.close();
    await filled;
  }
}

/** It is closed, and told of; but not while a view of it lives. */
async function collectedWhileOpen(): Promise<void> {
  const warnings: (Error & { readonly code?: string })[] = [];
  process.removeAllListeners("warning");
  process.on("warning", (warning) => warnings.push(warning));
  const bytes = ((): Buffer => attachedAlone().bytes)();
  ((): void => void attachedAlone().view(Int32Array))();
  await until("the warning", async () => {
    await collect();
    return warnings.length > 0;
  });
  await collect();
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["LINUX_IPC_LEAK"],
  );
  assert.match(warnings[0]?.message ?? "", /The memory of shm:\d+ was collected while open/);
  bytes[0] = 7;
  assert.equal(mapped().length, 1);
  assert.equal(bytes[0], 7);
}

function workerIn(how: string, sizeBytes: number): { worker: Worker; id: number } {
  const { id } = SysvSharedMemory.open(0, { sizeBytes, noReserve: true });
  return { worker: startWorker("attach", { id, how }), id };
}

/** Its memory ends with it, whatever it was doing. */
async function terminatedWorkers(): Promise<void> {
  for (const how of ["idle", "busy", "fill", "transfer", "exit"]) {
    for (let time = 0; time < 3; time++) {
      const { worker, id } = workerIn(how, how === "fill" ? large / 4 : 65_536);
      await once(worker, "message");
      const segment = SysvSharedMemory.byId(id);
      if (how !== "exit") {
        assert.equal(segment.stat().attachments, 2, how);
        await worker.terminate();
      }
      await until("the end of its memory", () => segment.stat().attachments === 0);
      segment.remove();
    }
  }
}

export const closing: Readonly<Record<string, () => unknown>> = {
  "closed with views outstanding": viewsOutstanding,
  "closed after a transfer": transferred,
  "closed after an attempt to transfer": toBeTransferred,
  "closed as untransferable": markedAsUntransferable,
  "closed during randomFill()": duringRandomFill,
  "closed during fs.read() and fs.write()": duringFileCalls,
  "closed during randomFill(), again and again": duringRandomFillOfLittle,
  "collected while open": collectedWhileOpen,
  "a worker is terminated": terminatedWorkers,
};
