/** Sets as the command handles them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { sysvSemaphoreKind as kind } from "./sysv-kind.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";
import { listSysvSemaphoreSets } from "./sysv-status.ts";

/** The verbs that this kind has. */
function verbs(): Required<Pick<typeof kind, "make" | "remove">> {
  const { make, remove } = kind;
  assert.ok(make && remove);
  return { make, remove };
}

test("make and remove work by address", async () => {
  const { make, remove } = verbs();
  const address = await make.run({ options: { key: 0x7c000301, mode: 0o640, initial: "1,0,5" } });
  assert.match(address, /^sem:\d+$/);
  using set = SysvSemaphoreSet.open(0x7c000301);
  assert.deepEqual(set.values(), [1, 0, 5]);
  assert.equal(set.stat().mode, 0o640);
  await remove.run({ address, options: {} });
  await assert.rejects(remove.run({ address, options: {} }), { code: /EINVAL|EIDRM/ });
});

test("make gives as many semaphores as it is told, one without a word", async () => {
  const { make, remove } = verbs();
  for (const [options, count] of [
    [{ count: 3 }, 3],
    [{}, 1],
  ] as const) {
    const address = await make.run({ options });
    assert.equal(listSysvSemaphoreSets()[0]?.count, count);
    await remove.run({ address, options: {} });
  }
});

test("make leaves no set behind when its options are refused", async () => {
  const { make } = verbs();
  const refused = [
    { initial: "1,,5" },
    { initial: "40000" },
    { initial: "1,2", count: 3 },
    { count: -1 },
    { key: 2 ** 40 },
  ];
  for (const options of refused) {
    await assert.rejects(make.run({ options }), { code: "ERR_OUT_OF_RANGE" });
  }
  assert.deepEqual(listSysvSemaphoreSets(), []);
});
