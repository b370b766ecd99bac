/** What the kernel tells of sets. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";
import { listSysvSemaphoreSets, statSet, tryStatAnySet } from "./sysv-status.ts";

test("listSysvSemaphoreSets() shows every set, and statSet() and tryStatAnySet() the same", () => {
  using first = SysvSemaphoreSet.open(0, { count: 2, mode: 0o640 });
  using second = SysvSemaphoreSet.open(0xfeed_0001, { create: true, initial: [1] });
  const listed = listSysvSemaphoreSets();
  const one = listed.find(({ id }) => id === first.id);
  const two = listed.find(({ id }) => id === second.id);
  assert.deepEqual(one, statSet(first.id));
  assert.deepEqual(two, tryStatAnySet(second.id));
  assert.deepEqual([one?.key, one?.mode, one?.count, one?.operatedAt], [0, 0o640, 2, undefined]);
  assert.deepEqual([two?.key, two?.mode, two?.count], [0xfeed_0001, 0o600, 1]);
  first.remove();
  second.remove();
  assert.deepEqual(listSysvSemaphoreSets(), []);
});

test("statSet() answers EIDRM for a set that is gone, tryStatAnySet() the kernel's errno", () => {
  using set = SysvSemaphoreSet.open(0, { count: 1 });
  set.remove();
  assert.throws(() => statSet(set.id), { code: "EIDRM" });
  assert.equal(tryStatAnySet(set.id), -22);
});
