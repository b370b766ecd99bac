/** The handle of a System V segment, in one process on the real kernel. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { ReservedRange } from "../../io/reserved-range.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

const page = 4096;

/** A segment that nobody else finds, gone when the test ends. */
function segmentFor(scene: TestScene, sizeBytes = 10_000): SysvSharedMemory {
  const segment = SysvSharedMemory.open(0, { sizeBytes });
  scene.after(() => SysvSharedMemory.byId(segment.id).remove());
  return segment;
}

test("open() finds a segment by its key only if it exists or create is given", () => {
  const key = 0x7b000001;
  assert.throws(() => SysvSharedMemory.open(key), {
    code: "ENOENT",
    syscall: "shmget",
    address: "shm:0x7b000001",
    hint: /create: true/,
  });
  using made = SysvSharedMemory.open(key, { create: true, sizeBytes: 100, mode: 0o640 });
  assert.equal(SysvSharedMemory.open(key).id, made.id);
  assert.equal(SysvSharedMemory.open(key, { sizeBytes: 100 }).id, made.id);
  assert.deepEqual([made.stat().mode, made.stat().sizeBytes], [0o640, 100]);
  const again = { create: true, exclusive: true, sizeBytes: 100 };
  assert.throws(() => SysvSharedMemory.open(key, again), { code: "EEXIST", hint: /exclusive/ });
  const longer = { code: "EINVAL", hint: /shorter than 101 bytes/ };
  assert.throws(() => SysvSharedMemory.open(key, { sizeBytes: 101 }), longer);
  made.remove();
});

test("open() takes a key signed or unsigned, and refuses what is no key or size", () => {
  const unsigned = SysvSharedMemory.open(0xfb000001, { create: true, sizeBytes: 1 });
  const signed = SysvSharedMemory.open(0xfb000001 | 0);
  assert.deepEqual([signed.id, signed.stat().key], [unsigned.id, 0xfb000001]);
  unsigned.remove();
  for (const key of [2 ** 32, -(2 ** 31) - 1, 1.5, Number.NaN]) {
    assert.throws(() => SysvSharedMemory.open(key), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "7" as unknown as number;
  assert.throws(() => SysvSharedMemory.open(text), { code: "ERR_INVALID_ARG_TYPE" });
  for (const options of [{ sizeBytes: -1 }, { sizeBytes: 2 ** 53 }, { mode: 0o1000 }]) {
    assert.throws(() => SysvSharedMemory.open(0, options), { code: "ERR_OUT_OF_RANGE" });
  }
  const none = { code: "EINVAL", hint: "a new segment needs a sizeBytes" };
  assert.throws(() => SysvSharedMemory.open(0), none);
});

test("byId() refuses an id that no segment has", () => {
  const { id } = SysvSharedMemory.open(0, { sizeBytes: 1 });
  SysvSharedMemory.byId(id).remove();
  assert.throws(() => SysvSharedMemory.byId(id), { code: /EINVAL|EIDRM/, address: `shm:${id}` });
  assert.throws(() => SysvSharedMemory.byId(-1), { code: "ERR_OUT_OF_RANGE" });
});

test("attach() gives memory of the segment's size, once more each time", (scene) => {
  const segment = segmentFor(scene);
  using one = segment.attach();
  using two = segment.attach({ readOnly: true });
  assert.deepEqual([one.sizeBytes, one.readOnly, two.readOnly], [10_000, false, true]);
  one.write(9_999, "x");
  assert.equal(two.bytes[9_999], 120);
  assert.equal(segment.stat().attachments, 2);
  two.close();
  assert.equal(segment.stat().attachments, 1);
  assert.equal(one.read(9_999, 1).toString(), "x");
});

test("attach() with execute allows what is in it to be run", (scene) => {
  const segment = segmentFor(scene);
  using memory = segment.attach({ execute: true, readOnly: true });
  assert.equal(memory.read(0, 1)[0], 0);
  memory.protect("read-execute");
});

test("attach() finds its place in a range, and keeps to it", (scene) => {
  const segment = segmentFor(scene, 3 * page);
  using range = ReservedRange.reserve(8 * page);
  using first = segment.attach({ range });
  using second = segment.attach({ range, offset: 5 * page, readOnly: true });
  first.write(2 * page, "through the other");
  assert.equal(second.read(2 * page, 17).toString(), "through the other");
  const at = (offset: number): unknown => segment.attach({ range, offset });
  assert.throws(() => at(2 * page), { code: "EBUSY", hint: /attached there already/ });
  assert.throws(() => at(6 * page), { code: "ENOMEM", hint: /no room in the range/ });
  assert.throws(() => at(9 * page), { code: "ERR_OUT_OF_RANGE" });
  first.close();
  assert.throws(() => at(100), { code: "EINVAL", hint: /multiple of the page size/ });
  using rounded = segment.attach({ range, offset: page + 100, round: true });
  assert.equal(rounded.read(2 * page, 7).toString(), "through");
  assert.equal(segment.stat().attachments, 2);
});

test("what lies in a closed range stays until it is closed itself", (scene) => {
  const segment = segmentFor(scene, page);
  const range = ReservedRange.reserve(page);
  using memory = segment.attach({ range });
  range.close();
  memory.write(0, "still here");
  assert.equal(memory.read(0, 10).toString(), "still here");
  assert.throws(() => segment.attach({ range }), { name: "ClosedError" });
});

test("remove() frees the key, and what is attached goes on", () => {
  const key = 0x7b000002;
  const segment = SysvSharedMemory.open(key, { create: true, sizeBytes: 10 });
  const memory = segment.attach();
  segment.remove();
  assert.throws(() => SysvSharedMemory.open(key), { code: "ENOENT" });
  assert.deepEqual([segment.stat().removed, segment.stat().key], [true, 0]);
  memory.write(0, "alive");
  using other = SysvSharedMemory.byId(segment.id).attach();
  assert.equal(other.read(0, 5).toString(), "alive");
  memory.close();
  assert.equal(segment.stat().attachments, 1);
  other.close();
  for (const call of [
    () => segment.stat(),
    () => segment.attach(),
    () => segment.lock(),
    () => segment.set({ mode: 0o600 }),
    () => segment.remove(),
  ]) {
    assert.throws(call, { code: "EIDRM", address: `shm:${segment.id}`, hint: /was removed/ });
  }
});

test("set() changes the mode, and nothing else that it was not told", (scene) => {
  const segment = segmentFor(scene);
  const before = segment.stat();
  segment.set({ mode: 0o644 });
  const { changedAt } = segment.stat();
  assert.deepEqual(segment.stat(), { ...before, mode: 0o644, changedAt });
  segment.set({});
  assert.equal(segment.stat().mode, 0o644);
  assert.throws(() => segment.set({ mode: 0o7777 }), { code: "ERR_OUT_OF_RANGE" });
  assert.throws(() => segment.set({ uid: -1 }), { code: "ERR_OUT_OF_RANGE" });
});

test("lock() and unlock() are seen by stat()", (scene) => {
  const segment = segmentFor(scene);
  segment.lock();
  assert.equal(segment.stat().locked, true);
  segment.unlock();
  assert.equal(segment.stat().locked, false);
});

test("stat() says who made and who used it, and when", (scene) => {
  const segment = segmentFor(scene);
  const fresh = segment.stat();
  assert.deepEqual([fresh.attachedAt, fresh.detachedAt, fresh.lastPid], [undefined, undefined, 0]);
  assert.equal(fresh.creatorPid, process.pid);
  segment.attach().close();
  const { attachedAt, detachedAt, changedAt, lastPid } = segment.stat();
  assert.equal(lastPid, process.pid);
  for (const time of [attachedAt, detachedAt, changedAt]) {
    assert.ok(Math.abs(Date.now() - (time?.getTime() ?? 0)) < 10_000);
  }
});

test("close() gives up the name alone", (scene) => {
  const segment = segmentFor(scene);
  using memory = segment.attach();
  {
    using _ = segment;
  }
  segment.close();
  assert.equal(segment.closed, true);
  memory.write(0, "x");
  for (const call of [
    () => segment.stat(),
    () => segment.attach(),
    () => segment.set({}),
    () => segment.lock(),
    () => segment.unlock(),
    () => segment.remove(),
  ]) {
    assert.throws(call, {
      name: "ClosedError",
      message: `The segment shm:${segment.id} is closed`,
    });
  }
});
