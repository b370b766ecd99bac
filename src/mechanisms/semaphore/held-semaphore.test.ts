/** What is held when its set is gone, or full. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import type { HeldSemaphore } from "./held-semaphore.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

/** One of a set of one semaphore, which is gone after the test. */
function heldOf(scene: TestScene): { set: SysvSemaphoreSet; held: HeldSemaphore } {
  const set = SysvSemaphoreSet.open(0, { initial: [1] });
  scene.after(() => set.close());
  return { set, held: set.acquireSync(0) };
}

test("release() of a removed set throws EIDRM once: there is nothing to give back", (scene) => {
  const { set, held } = heldOf(scene);
  set.remove();
  assert.throws(() => held.release(), { code: "EIDRM", hint: "the set was removed" });
  assert.equal(held.released, true);
  held.release();
});

test("`using` of a removed set lets the block's own error through", (scene) => {
  const { set, held } = heldOf(scene);
  const block = (): void => {
    using _held = held;
    set.remove();
    throw new RangeError("the block's own");
  };
  assert.throws(block, { name: "RangeError", message: "the block's own" });
  assert.equal(held.released, true);
});

test("release() that finds no room can be tried again", async (scene) => {
  const { set, held } = heldOf(scene);
  scene.after(() => set.remove());
  set.setValue(0, 32767);
  assert.throws(() => held.release(), { code: "ERANGE" });
  assert.equal(held.released, false);
  const warned = once(process, "warning");
  held[Symbol.dispose]();
  const [warning] = await warned;
  assert.equal(warning.code, "LINUX_IPC_RELEASE");
  assert.match(warning.message, /could not be released: ERANGE/);
  set.setValue(0, 0);
  held[Symbol.dispose]();
  assert.deepEqual([held.released, set.value(0)], [true, 1]);
});
