/** The limits of the kernel: reached, raised, and told about. */
import assert from "node:assert/strict";
import {
  type SysvSemaphoreLimitsChange,
  SysvSemaphoreSet,
  setSysvSemaphoreLimits,
  sysvSemaphoreLimits,
} from "linux-ipc/semaphore";
import { blocked } from "../harness/blocked.ts";
import { type TestScene, test } from "../harness/test.ts";
import { startProgramUnder } from "./programs.ts";
import { privateSet } from "./set.ts";

const isolated = { needs: ["isolated"] } as const;

/** Changes the limits of this file's own namespace until the end of the test. */
function withLimits(scene: TestScene, change: SysvSemaphoreLimitsChange): void {
  const { nextId, valueMax, sets, semaphores, ...before } = sysvSemaphoreLimits();
  scene.after(() => setSysvSemaphoreLimits(before));
  setSysvSemaphoreLimits(change);
}

test("operate() takes as many operations as SEMOPM was raised to", isolated, async (scene) => {
  const set = privateSet(scene, ...new Array<number>(600).fill(1));
  const all = Array.from({ length: 600 }, (_, index) => ({ index, by: -1 }));
  assert.throws(() => set.tryOperate(all), { code: "E2BIG", hint: /500 .*SEMOPM/ });
  withLimits(scene, { operationsMax: 600 });
  assert.equal(set.tryOperate(all), true);
  const waiting = set.operate(all);
  await blocked(process.pid, "semop", set.id);
  set.setAll(new Array<number>(600).fill(1));
  await waiting;
  assert.ok(set.values().every((value) => value === 0));
});

test("the kernel's own E2BIG names SEMOPM, where it was lowered", isolated, async (scene) => {
  const set = privateSet(scene, 5);
  withLimits(scene, { operationsMax: 2 });
  const three = [1, 2, 3].map((by) => ({ index: 0, by }));
  const refused = { code: "E2BIG", syscall: "semop", hint: /allows 2 operations/ };
  assert.throws(() => set.tryOperate(three), refused);
  assert.throws(() => set.operateSync(three), refused);
  await assert.rejects(set.operate(three), refused);
  assert.equal(set.value(0), 5);
});

test("open() names SEMMNI when there are too many sets", isolated, (scene) => {
  const { sets } = sysvSemaphoreLimits();
  withLimits(scene, { setsMax: sets + 1 });
  privateSet(scene, 1);
  const open = (): unknown => SysvSemaphoreSet.open(0, { count: 1 });
  assert.throws(open, { code: "ENOSPC", hint: /1 of 1 sets .* kernel\.sem .*SEMMNI/ });
});

test("open() names SEMMNS when there are too many semaphores", isolated, (scene) => {
  const { semaphores } = sysvSemaphoreLimits();
  withLimits(scene, { semaphoresMax: semaphores + 5 });
  const set = privateSet(scene, 1, 2, 3);
  const open = (): unknown => SysvSemaphoreSet.open(0, { count: 3 });
  assert.throws(open, { code: "ENOSPC", hint: /3 of 5 semaphores .*SEMMNS/ });
  assert.deepEqual(set.values(), [1, 2, 3]);
});

test("open() names SEMMSL when a set is too large", isolated, (scene) => {
  withLimits(scene, { semaphoresPerSetMax: 4 });
  privateSet(scene, 1, 2, 3, 4);
  const open = (): unknown => SysvSemaphoreSet.open(0, { count: 5 });
  assert.throws(open, { code: "EINVAL", hint: /allows 4 semaphores in one set \(SEMMSL\)/ });
});

test("a set of 65,536 semaphores is used to its end", isolated, (scene) => {
  withLimits(scene, { semaphoresPerSetMax: 65_536 });
  const values = Array.from({ length: 65_536 }, (_, index) => index % 32_768);
  const set = privateSet(scene, ...values);
  assert.deepEqual(set.values(), values);
  set.tryAcquire(65_535);
  set.operateSync([{ index: 65_535, by: -2 }]);
  assert.equal(set.value(65_535), 32_764);
});

test("semaphores hold 0 to 32767, and refuse more however it comes", async (scene) => {
  const set = privateSet(scene, 32_767, 32_766);
  const refused = { code: "ERANGE", hint: /SEMVMX/ };
  assert.throws(() => set.post(0), refused);
  assert.throws(() => set.tryOperate([{ index: 1, by: 2 }]), refused);
  await assert.rejects(set.operate([{ index: 1, by: 2 }]), refused);
  set.post(1);
  assert.deepEqual(set.values(), [32_767, 32_767]);
});

test("an amount that no semaphore has waits for ever, as in the kernel", async (scene) => {
  const set = privateSet(scene, 32_767);
  const most = [{ index: 0, by: -32_768 }];
  assert.equal(set.tryOperate(most), false);
  await assert.rejects(set.operate(most, { timeoutMs: 5 }), { code: "ETIMEDOUT" });
});

for (const what of ["timer", "engine-timer"]) {
  test(`a wait tells when no timer can be made, and the process lives: ${what}`, async (scene) => {
    const set = privateSet(scene, 0);
    const said = await underLimit(["prlimit", "--sigpending=0", "--"], what, set.id);
    assert.deepEqual(said.slice(0, 2), ["EAGAIN", "timer_create"]);
    assert.match(said[2] ?? "", /RLIMIT_SIGPENDING/);
    assert.equal(said[3], "alive");
  });
}

test("acquire() tells when no thread can be made, and the process lives", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const set = privateSet(scene, 0);
  set.set({ mode: 0o666 });
  const said = await underLimit(["prlimit", "--nproc=1", "--"], "thread", set.id);
  assert.match(said[0] ?? "", /^(EAGAIN|ENOMEM)$/);
  assert.equal(said[1], "pthread_create");
  assert.match(said[2] ?? "", /RLIMIT_NPROC/);
  assert.equal(said[3], "alive");
});

/** What programs/limited.ts says: the code, the call, the hint, and that it lives. */
async function underLimit(
  wrapper: readonly [string, ...string[]],
  what: string,
  setId: number,
): Promise<string[]> {
  await using peer = await startProgramUnder(wrapper, "limited", [what, setId]);
  const { code, stdout, stderr } = await peer.ended();
  assert.equal(code, 0, stderr);
  return stdout.split("\n");
}
