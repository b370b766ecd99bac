/** The memory of operations, as the kernel reads it. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import {
  borrowBatch,
  borrowMemory,
  returnMemory,
  type SysvOperation,
  takingOf,
  writeOperation,
} from "./sysv-operations.ts";

const set = { id: 0, count: 1 };

test("borrowBatch() writes struct sembuf: index, amount, flags", () => {
  const { memory, count, noWait } = borrowBatch(set, [
    { index: 0, by: -32768 },
    { index: 65_535, by: 32_767, undo: true },
    { index: 2, by: 0, noWait: true, undo: true },
  ]);
  assert.deepEqual([count, noWait], [3, true]);
  assert.deepEqual(
    [...memory.halves.subarray(0, 9)],
    [0, -32768, 0, -1, 32_767, 0o10000, 2, 0, 0o14000],
  );
  returnMemory(memory);
});

test("borrowBatch() refuses what is no operation, and names which", () => {
  const code = (name: string) => ({ code: name });
  const wrong =
    (...given: unknown[]) =>
    () =>
      borrowBatch(set, given as SysvOperation[]);
  assert.throws(wrong(), code("ERR_OUT_OF_RANGE"));
  assert.throws(wrong({ index: 0, by: 1 }, null), { message: /operations\[1\]/ });
  assert.throws(wrong({ index: -1, by: 1 }), code("ERR_OUT_OF_RANGE"));
  assert.throws(wrong({ index: 0, by: 32_768 }), code("ERR_OUT_OF_RANGE"));
  assert.throws(wrong({ index: 0, by: -32_769 }), code("ERR_OUT_OF_RANGE"));
  assert.throws(wrong({ index: 0 }), code("ERR_INVALID_ARG_TYPE"));
  assert.throws(wrong({ by: 1 }), code("ERR_INVALID_ARG_TYPE"));
  const none = undefined as unknown as SysvOperation[];
  assert.throws(() => borrowBatch(set, none), code("ERR_INVALID_ARG_TYPE"));
});

test("borrowBatch() refuses millions of operations before it looks at them", () => {
  const many = new Array<SysvOperation>(2 ** 32 - 1);
  assert.throws(() => borrowBatch({ id: 5, count: 1 }, many), { code: "E2BIG", address: "sem:5" });
});

test("borrowBatch() takes no length that none is", () => {
  for (const length of [Number.NaN, -5, 0.5, 2n]) {
    const lying = new Proxy([{ index: 0, by: 1 }], {
      get: (target, name) => (name === "length" ? length : Reflect.get(target, name)),
    });
    assert.throws(() => borrowBatch({ id: 5, count: 1 }, lying), { code: "ERR_OUT_OF_RANGE" });
  }
});

test("borrowMemory() gives each its own, and again what was returned", () => {
  const one = borrowMemory(1);
  const two = borrowMemory(1);
  assert.notEqual(one.region.id, two.region.id);
  writeOperation(two, 0, 1, 2, 3);
  assert.equal(one.halves[0], 0);
  returnMemory(two);
  assert.equal(borrowMemory(1).region.id, two.region.id);
  returnMemory(one);
  returnMemory(two);
});

test("takingOf() takes one without undo, unless told otherwise", () => {
  assert.deepEqual(takingOf(undefined), { by: 1, flags: 0 });
  assert.deepEqual(takingOf({ undo: true, by: 4 }), { by: 4, flags: 0o10000 });
  assert.throws(() => takingOf({ by: 0 }), { code: "ERR_OUT_OF_RANGE" });
});
