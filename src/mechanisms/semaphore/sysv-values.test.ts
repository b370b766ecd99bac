/** The values of a set, as the kernel has them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";
import {
  lastPidOf,
  oneValueOf,
  setValueOf,
  setValuesOf,
  usesOf,
  valuesOf,
  waitersOf,
} from "./sysv-values.ts";

test("setValuesOf() and valuesOf() carry every value of small and of large sets", () => {
  for (const count of [1, 1_024, 1_025, 30_000]) {
    using set = SysvSemaphoreSet.open(0, { count });
    const values = Array.from({ length: count }, (_, index) => (index * 31) % 32_768);
    setValuesOf(set, values);
    assert.deepEqual(valuesOf(set), values);
    assert.equal(oneValueOf(set, count - 1), values.at(-1));
    set.remove();
  }
});

test("setValueOf() changes one; lastPidOf() and waitersOf() tell of it", () => {
  using set = SysvSemaphoreSet.open(0, { initial: [1, 2] });
  setValueOf(set, 1, 9);
  assert.deepEqual(valuesOf(set), [1, 9]);
  assert.equal(lastPidOf(set, 1), process.pid);
  assert.deepEqual(waitersOf(set, 1), { increase: 0, zero: 0 });
  set.remove();
  assert.throws(() => valuesOf(set), { code: "EIDRM" });
  assert.throws(() => oneValueOf(set, 0), { code: "EIDRM" });
});

test("usesOf() says of many semaphores what each says of itself", () => {
  using set = SysvSemaphoreSet.open(0, { initial: [1, 2, 3] });
  set.post(1);
  const each = [0, 1, 2].map((index) => {
    return { lastPid: lastPidOf(set, index), ...waitersOf(set, index) };
  });
  assert.equal(each[1]?.lastPid, process.pid);
  assert.deepEqual(usesOf(set, 100), each);
  assert.deepEqual(usesOf(set, 2), each.slice(0, 2));
  assert.deepEqual(usesOf(set, 0), []);
  set.remove();
  assert.throws(() => usesOf(set, 3), { code: "EIDRM" });
});
