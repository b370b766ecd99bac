/** What may be said when a set is opened or changed. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import {
  checkAll,
  checkAmount,
  checkIndex,
  checkOpen,
  checkValue,
  type SysvSemaphoreSetOptions,
} from "./sysv-options.ts";

const outOfRange = { name: "RangeError", code: "ERR_OUT_OF_RANGE" };
const wrongType = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };

test("checkOpen() takes the count from the values, where it is not given", () => {
  assert.equal(checkOpen({}).count, 0);
  assert.equal(checkOpen({ count: 7 }).count, 7);
  assert.equal(checkOpen({ initial: [1, 2] }).count, 2);
  assert.equal(checkOpen({ initial: [1, 2], count: 2 }).initialTimeoutMs, 1_000);
});

test("checkOpen() copies the values", () => {
  const initial = [1, 2];
  const checked = checkOpen({ initial });
  initial[0] = 9;
  assert.deepEqual(checked.initial, [1, 2]);
});

test("checkOpen() refuses what is no set", () => {
  const wrong: readonly SysvSemaphoreSetOptions[] = [
    { count: -1 },
    { count: 65_537 },
    { count: 1.5 },
    { initial: [] },
    { initial: [1], count: 2 },
    { initial: [-1] },
    { initial: [32_768] },
    { initial: [0.5] },
    { initial: new Array<number>(65_537).fill(0) },
    { initialTimeoutMs: -1 },
    { initialTimeoutMs: 2 ** 31 },
  ];
  for (const options of wrong) assert.throws(() => checkOpen(options), outOfRange);
  const types = [{ count: "1" }, { initial: "1" }, { initial: [null] }, { initial: { length: 1 } }];
  for (const options of types) {
    assert.throws(() => checkOpen(options as unknown as SysvSemaphoreSetOptions), wrongType);
  }
});

test("checkOpen() says which value is wrong", () => {
  assert.throws(() => checkOpen({ initial: [1, 40_000] }), { message: /initial\[1\].*SEMVMX/ });
});

test("checkIndex(), checkAmount() and checkValue() take whole numbers in their ranges", () => {
  for (const index of [0, 65_535]) checkIndex(index);
  for (const index of [-1, 65_536, 0.5, Number.NaN, 2 ** 32]) {
    assert.throws(() => checkIndex(index), outOfRange);
  }
  for (const by of [1, 32_767]) checkAmount(by);
  for (const by of [0, -1, 32_768, 1.5]) assert.throws(() => checkAmount(by), outOfRange);
  for (const value of [0, 32_767]) checkValue("value", value);
  for (const value of [-1, 32_768]) assert.throws(() => checkValue("value", value), outOfRange);
  const text = "1" as unknown as number;
  assert.throws(() => checkIndex(text), wrongType);
  assert.throws(() => checkAmount(text), wrongType);
  assert.throws(() => checkValue("value", text), wrongType);
});

test("checkAll() wants exactly as many values as there are semaphores", () => {
  assert.deepEqual(checkAll([1, 2], 2), [1, 2]);
  for (const values of [[], [1], [1, 2, 3]]) assert.throws(() => checkAll(values, 2), outOfRange);
});
