/** Memory at the limits of the process and of the machine. */
import assert from "node:assert/strict";
import { constants } from "node:buffer";
import { type MappedMemory, ReservedRange, SysvSharedMemory } from "linux-ipc/shared-memory";

const mebibyte = 2 ** 20;

/** Node needs mappings too, and ends where it gets none: half of what the kernel allows is ours. */
function attachedTooOften(): void {
  const most = 32_768;
  const segment = SysvSharedMemory.open(0, { sizeBytes: 1 });
  const all: MappedMemory[] = [];
  const attachAll = (): void => {
    for (let count = 0; count < 70_000; count++) all.push(segment.attach());
  };
  assert.throws(attachAll, { code: "EMFILE", syscall: "shmat", hint: /32,768/ });
  assert.deepEqual([all.length, segment.stat().attachments], [most, most]);
  assert.throws(() => ReservedRange.reserve(1), { code: "EMFILE" });
  for (const memory of all.splice(-100)) memory.close();
  const again = segment.attach();
  again.bytes[0] = 5;
  assert.equal(all[0]?.read(0, 1)[0], 5);
  again.close();
  assert.equal(segment.stat().attachments, all.length);
  for (const memory of all) memory.close();
  assert.equal(segment.stat().attachments, 0);
  segment.remove();
}

/** Closed each time, and never a turn of the loop in which finalizers could run. */
function attachedInOneTurn(): void {
  const segment = SysvSharedMemory.open(0, { sizeBytes: 4096 });
  for (let count = 0; count < 150_000; count++) {
    const memory = segment.attach();
    memory.bytes[0] = 1;
    memory.close();
  }
  assert.equal(segment.stat().attachments, 0);
  segment.remove();
}

/** Longer than a Buffer of Node 20 can be. */
function fiveGibibytes(): void {
  const sizeBytes = 5 * 1024 * mebibyte;
  const segment = SysvSharedMemory.open(0, { sizeBytes, noReserve: true });
  const memory = segment.attach();
  const second = segment.attach({ readOnly: true });
  segment.remove();
  const last = sizeBytes - 8;
  memory.write(last, "the end!");
  assert.equal(second.read(last, 8).toString(), "the end!");
  assert.equal(second.window(last, 8).toString(), "the end!");
  const numbers = memory.view(BigInt64Array, 4.5 * 1024 * mebibyte, 4);
  Atomics.store(numbers, 3, 7n);
  assert.equal(second.view(DataView, 4.5 * 1024 * mebibyte + 24, 8).getBigInt64(0, true), 7n);
  assert.throws(() => memory.read(last, 9), { code: "ERR_OUT_OF_RANGE" });
  assert.throws(() => memory.window(sizeBytes, 1), { code: "ERR_OUT_OF_RANGE" });
  assertBytes(memory, last);
  memory.close();
  assert.equal(numbers.length, 0);
  second.close();
}

function assertBytes(memory: MappedMemory, last: number): void {
  if (constants.MAX_LENGTH >= memory.sizeBytes) {
    assert.equal(memory.bytes.toString("utf8", last), "the end!");
    assert.equal(memory.view(Uint8Array)[last], 116);
    return;
  }
  const refused = { code: "ERR_OUT_OF_RANGE", message: /at most 4294967296/ };
  assert.throws(() => memory.bytes, { ...refused, message: /window\(\)/ });
  assert.throws(() => memory.view(Uint8Array), refused);
  assert.throws(() => memory.window(0, memory.sizeBytes), refused);
}

/** More windows than anybody wants, each with an end of its own. */
function manyWindows(): void {
  const segment = SysvSharedMemory.open(0, { sizeBytes: 5 * 1024 * mebibyte, noReserve: true });
  const memory = segment.attach();
  segment.remove();
  const windows = Array.from({ length: 10_000 }, (_, index) => memory.window(index, 1));
  for (const window of windows) window[0] = 1;
  memory.close();
  assert.ok(windows.every(({ length }) => length <= 1));
}

/** Segments beside one another, closed in any order; the range closed before them. */
function rangeInPieces(): void {
  const page = 4096;
  const segment = SysvSharedMemory.open(0, { sizeBytes: page });
  const range = ReservedRange.reserve(64 * page);
  const inside = Array.from({ length: 64 }, (_, index) =>
    segment.attach({ range, offset: index * page, readOnly: index % 2 === 1 }),
  );
  const taken = (): unknown => segment.attach({ range, offset: 5 * page });
  assert.throws(taken, { code: "EBUSY", hint: /attached there already/ });
  const seen = inside.map((memory) => memory.bytes);
  inside[4]?.close();
  const successor = segment.attach({ range, offset: 4 * page });
  successor.bytes[0] = 8;
  successor.close();
  segment.attach({ range, offset: 4 * page }).close();
  range.close();
  assert.throws(taken, { name: "ClosedError" });
  seen[6]?.fill(9);
  assert.ok(seen.every((bytes, index) => index === 4 || bytes[page - 1] === 9));
  for (const index of [63, 0, ...inside.keys()]) inside[index]?.close();
  assert.equal(segment.stat().attachments, 0);
  segment.remove();
}

export const limits: Readonly<Record<string, () => unknown>> = {
  "attached too often": attachedTooOften,
  "attached 150,000 times in one turn": attachedInOneTurn,
  "five gibibytes": fiveGibibytes,
  "many windows": manyWindows,
  "a range in pieces": rangeInPieces,
};
