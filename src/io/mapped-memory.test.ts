/** Memory in one process on the real kernel. What peers and abuse do to it: tests/shared-memory. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../tests/harness/test.ts";
import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "../sys/memory.ts";
import { adoptMapping, MappedMemory, type Protection } from "./mapped-memory.ts";
import type { MemoryAdvice } from "./memory-advice.ts";

const page = 4096;

function memoryFor(scene: TestScene, sizeBytes = 3 * page, readOnly = false): MappedMemory {
  const flags = MAP_SHARED | MAP_ANONYMOUS;
  const mapping = mmap(-1, 0, sizeBytes, PROT_READ | PROT_WRITE, flags);
  assert.ok(mapping >= 0);
  const memory = adoptMapping({ mapping, address: "map:test", readOnly });
  scene.after(() => memory.close());
  return memory;
}

test("bytes is one Buffer over all of it, which window() and view() share", (scene) => {
  const memory = memoryFor(scene, 100);
  assert.ok(memory instanceof MappedMemory);
  assert.equal(memory.bytes, memory.bytes);
  assert.deepEqual([memory.sizeBytes, memory.bytes.length], [100, 100]);
  const window = memory.window(10, 4);
  memory.view(Int32Array, 8, 2).set([1, 0x02030405]);
  assert.deepEqual([...memory.bytes.subarray(8, 16)], [1, 0, 0, 0, 5, 4, 3, 2]);
  assert.deepEqual([...window], [0, 0, 5, 4]);
  assert.deepEqual([memory.window(100, 0).length, memory.window(0, 0).length], [0, 0]);
});

test("view() is as long as there is room, or as it is told", (scene) => {
  const memory = memoryFor(scene, 100);
  assert.equal(memory.view(Int32Array).length, 25);
  assert.equal(memory.view(BigInt64Array, 8).length, 11);
  assert.equal(memory.view(Uint8Array, 100).length, 0);
  const data = memory.view(DataView, 3, 50);
  assert.deepEqual([data.byteOffset, data.byteLength], [3, 50]);
});

test("view() refuses what does not fit", (scene) => {
  const memory = memoryFor(scene, 100);
  const outside = { code: "ERR_OUT_OF_RANGE" };
  assert.throws(() => memory.view(Int32Array, 2), { ...outside, message: /a multiple of 4/ });
  assert.throws(() => memory.view(Int32Array, 0, 26), outside);
  assert.throws(() => memory.view(Int32Array, 104), outside);
  assert.throws(() => memory.view(Int32Array, -4), outside);
  assert.throws(() => memory.view(Int32Array, 0, 0.25), outside);
  assert.throws(() => memory.view(Int32Array, 0, 2 ** 52), outside);
  const wrong = { code: "ERR_INVALID_ARG_TYPE" };
  assert.throws(() => memory.view(Buffer as never), wrong);
  assert.throws(() => memory.view(Int32Array, 0, "1" as never), wrong);
});

test("Atomics work on views, but for those that wait", (scene) => {
  const numbers = memoryFor(scene).view(Int32Array);
  assert.equal(Atomics.add(numbers, 5, 3), 0);
  assert.equal(Atomics.compareExchange(numbers, 5, 3, 9), 3);
  assert.equal(Atomics.load(numbers, 5), 9);
  assert.throws(() => Atomics.wait(numbers, 5, 9, 0), TypeError);
});

test("read() and write() copy", (scene) => {
  const memory = memoryFor(scene, 100);
  assert.equal(memory.write(90, "äöü"), 6);
  assert.equal(memory.write(0, new Uint8Array([1, 2])), 2);
  assert.equal(memory.read(90, 6).toString(), "äöü");
  const target = new Uint8Array(4).subarray(1, 3);
  const copy = memory.read(0, target);
  assert.ok(Buffer.isBuffer(copy));
  assert.deepEqual([...new Uint8Array(target.buffer)], [0, 1, 2, 0]);
  memory.bytes[0] = 9;
  assert.equal(copy[0], 1);
  assert.deepEqual([memory.read(100, 0).length, memory.write(100, "")], [0, 0]);
});

test("read() and write() check before they copy", (scene) => {
  const memory = memoryFor(scene, 100);
  const outside = { code: "ERR_OUT_OF_RANGE" };
  assert.throws(() => memory.read(0, 101), outside);
  assert.throws(() => memory.read(101, 0), outside);
  assert.throws(() => memory.read(-1, 1), outside);
  assert.throws(() => memory.read(0, -1), outside);
  assert.throws(() => memory.write(99, "ab"), { ...outside, message: /0 to 1 from there on/ });
  const wrong = { code: "ERR_INVALID_ARG_TYPE" };
  assert.throws(() => memory.write(0, 5 as never), wrong);
  assert.throws(() => memory.write("0" as never, "x"), wrong);
  assert.throws(() => memory.read(0, "5" as never), wrong);
  assert.equal(memory.damage, undefined);
});

test("write() refuses where only reading is allowed", (scene) => {
  const memory = memoryFor(scene, 100, true);
  const refused = { code: "EACCES", syscall: "write", address: "map:test", hint: /reading alone/ };
  assert.throws(() => memory.write(0, "x"), refused);
  assert.equal(memory.readOnly, true);
});

test("protect() changes what may be done, of a part too", (scene) => {
  const memory = memoryFor(scene);
  memory.write(page, "here");
  memory.protect("none", { offset: page, sizeBytes: page });
  memory.protect("read-write");
  memory.protect("read", { offset: 2 * page });
  assert.equal(memory.read(page, 4).toString(), "here");
  assert.equal(memory.damage, undefined);
  const refused = { code: "EINVAL", syscall: "mprotect", address: "map:test", hint: /whole pages/ };
  assert.throws(() => memory.protect("read", { offset: 1 }), refused);
  assert.throws(() => memory.protect("read", { offset: 4 * page }), { code: "ERR_OUT_OF_RANGE" });
  const all = "all" as Protection;
  assert.throws(() => memory.protect(all), { code: "ERR_OUT_OF_RANGE", message: /read-execute/ });
});

test("damage tells what was not allowed and done, and checked copies refuse from then on", (scene) => {
  const memory = memoryFor(scene);
  memory.protect("read");
  memory.bytes[0] = 1;
  assert.equal(memory.damage, "forbidden-access");
  const refused = { code: "EACCES", hint: /pages of its own/ };
  assert.throws(() => memory.read(page, 1), { ...refused, syscall: "read" });
  assert.throws(() => memory.write(page, "x"), { ...refused, syscall: "write" });
});

test("lock(), resident() and advise() decide what is in physical memory", (scene) => {
  const memory = memoryFor(scene);
  assert.deepEqual([...memory.resident()], [0, 0, 0]);
  memory.lock({ offset: page, sizeBytes: page });
  assert.deepEqual([...memory.resident()], [0, 1, 0]);
  memory.lock({ onFault: true });
  memory.bytes[0] = 1;
  assert.deepEqual([...memory.resident({ sizeBytes: 2 * page })], [1, 1]);
  memory.unlock();
  memory.advise("remove");
  assert.deepEqual([...memory.resident()], [0, 0, 0]);
  const refused = { code: "EINVAL", syscall: "madvise", address: "map:test" };
  assert.throws(() => memory.advise("free"), refused);
  const wrong = "poison" as MemoryAdvice;
  assert.throws(() => memory.advise(wrong), { code: "ERR_OUT_OF_RANGE" });
});

test("sync() writes back, and refuses to invalidate what is locked", (scene) => {
  const memory = memoryFor(scene);
  memory.sync();
  memory.sync({ wait: false, offset: page });
  memory.sync({ invalidate: true });
  memory.lock();
  const refused = { code: "EBUSY", syscall: "msync", address: "map:test" };
  assert.throws(() => memory.sync({ invalidate: true }), refused);
});

test("ranges are objects with whole numbers", (scene) => {
  const memory = memoryFor(scene);
  const calls = [
    (range: never) => memory.protect("read", range),
    (range: never) => memory.advise("normal", range),
    (range: never) => memory.lock(range),
    (range: never) => memory.unlock(range),
    (range: never) => memory.sync(range),
    (range: never) => memory.resident(range),
  ];
  for (const call of calls) {
    const wrong = { code: "ERR_INVALID_ARG_TYPE" };
    for (const range of [null, 5, { offset: "0" }, { sizeBytes: null }]) {
      assert.throws(() => call(range as never), wrong);
    }
    for (const range of [{ offset: -1 }, { sizeBytes: 3 * page + 1 }, { sizeBytes: 0.5 }]) {
      assert.throws(() => call(range as never), { code: "ERR_OUT_OF_RANGE" });
    }
  }
});

test("close() is the end of every view, and of every method", (scene) => {
  const memory = memoryFor(scene);
  const views = [memory.bytes, memory.window(0, 10), memory.view(Float64Array)];
  {
    using _ = memory;
  }
  memory.close();
  assert.deepEqual(
    views.map((view) => view.length),
    [0, 0, 0],
  );
  const calls = [
    () => memory.bytes,
    () => memory.damage,
    () => memory.window(0, 1),
    () => memory.view(Uint8Array),
    () => memory.read(0, 1),
    () => memory.write(0, "x"),
    () => memory.protect("read"),
    () => memory.advise("normal"),
    () => memory.lock(),
    () => memory.unlock(),
    () => memory.sync(),
    () => memory.resident(),
  ];
  for (const call of calls) assert.throws(call, { name: "ClosedError", message: /map:test/ });
  assert.equal(memory.closed, true);
});
