/** Whatever is given to the public functions, they answer with an error that has a code, or work. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as semaphore from "linux-ipc/semaphore";
import { scaled } from "../harness/scale.ts";
import { seeded } from "../harness/seed.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateSet, removeById } from "./set.ts";

const { PhpSemaphore, SysvSemaphoreSet, setSysvSemaphoreLimits } = semaphore;

const runs = scaled(5_000);

/** Anything, and often what is nearly right. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withTypedArray: true, withDate: true, withNullPrototype: true }),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.constantFrom(0, -0, 1, -1, 2, 3, 32_767, 32_768, -32_768, 65_535, 65_536, 2 ** 31, 2 ** 53),
  fc.constantFrom(Number.NaN, 2n ** 63n - 1n, "", "x", null, undefined),
);

const names = [
  ...["index", "by", "undo", "noWait", "mode", "uid", "gid", "create", "exclusive", "count"],
  ...["initial", "initialTimeoutMs", "maxAcquire", "autoRelease"],
];

/** Options with the right names and anything in them. */
const options: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] }),
  fc.record({
    by: fc.integer({ min: -3, max: 5 }),
    undo: fc.boolean(),
    initial: fc.array(fc.nat(40_000), { maxLength: 5 }),
    initialTimeoutMs: fc.constantFrom(0, 1),
    count: fc.nat(5),
    create: fc.boolean(),
    mode: fc.constant(0o600),
  }),
);

const operation: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  fc.record({ index: anything, by: anything, undo: anything, noWait: anything }),
  fc.record({
    index: fc.nat(4),
    by: fc.integer({ min: -4, max: 4 }),
    undo: fc.boolean(),
    noWait: fc.boolean(),
  }),
);

const list: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  fc.array(operation, { maxLength: 6 }),
  fc.array(fc.nat(40_000), { minLength: 3, maxLength: 3 }),
  fc.constant(new Array(2 ** 32 - 1)),
);

type CallName =
  | ("tryOperate" | "operate" | "operateSync" | "tryAcquire" | "acquire" | "acquireSync")
  | ("post" | "tryWaitForZero" | "waitForZero" | "waitForZeroSync" | "value" | "setValue")
  | ("setAll" | "lastPid" | "waiters" | "set");

/** The handle as a caller without types sees it. */
type Loose = Record<CallName, (...given: readonly unknown[]) => unknown>;

interface Given {
  readonly one: unknown;
  readonly two: unknown;
  readonly three: unknown;
  readonly many: unknown;
}

const calls: Readonly<Record<CallName, (set: Loose, given: Given) => unknown>> = {
  tryOperate: (set, { many }) => set.tryOperate(many),
  operate: (set, { many, three }) => set.operate(many, brief(three)),
  operateSync: (set, { many, three }) => set.operateSync(many, brief(three)),
  tryAcquire: (set, { one, three }) => set.tryAcquire(one, three),
  acquire: (set, { one, three }) => set.acquire(one, brief(three)),
  acquireSync: (set, { one, three }) => set.acquireSync(one, brief(three)),
  post: (set, { one, two, three }) => set.post(one, two, three),
  tryWaitForZero: (set, { one }) => set.tryWaitForZero(one),
  waitForZero: (set, { one, three }) => set.waitForZero(one, brief(three)),
  waitForZeroSync: (set, { one, three }) => set.waitForZeroSync(one, brief(three)),
  value: (set, { one }) => set.value(one),
  setValue: (set, { one, two }) => set.setValue(one, two),
  setAll: (set, { many }) => set.setAll(many),
  lastPid: (set, { one }) => set.lastPid(one),
  waiters: (set, { one }) => set.waiters(one),
  set: (set, { three }) => set.set(three),
};

/** With a time limit, unless the options are none at all: then anything goes. */
function brief(wait: unknown): unknown {
  if (wait === undefined) return { timeoutMs: 0 };
  return typeof wait === "object" && wait !== null ? { ...wait, timeoutMs: 0 } : wait;
}

/** The classes of style: the caller's mistake, the kernel's refusal, or a call that was called off. */
function assertHasCode(error: unknown, what: string): void {
  const { name, code, message } = error as Error & { readonly code?: unknown };
  assert.ok(
    ["TypeError", "RangeError", "SystemError"].includes(name),
    `${what}: ${name} ${message}`,
  );
  assert.equal(typeof code, "string", `${what}: ${name} without a code: ${message}`);
  assert.notEqual(code, "UNKNOWN", `${what}: ${message}`);
}

async function survives(what: string, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    assertHasCode(error, what);
  }
}

function parameters<Values>(scene: TestScene): fc.Parameters<Values> {
  const { seed } = seeded("arguments", (line) => scene.diagnostic(line));
  return { seed, numRuns: runs };
}

for (const [name, call] of Object.entries(calls)) {
  test(`${name}() answers any arguments with a code, and the set is unharmed`, async (scene) => {
    const set = privateSet(scene, 1, 0, 5);
    const { uid, gid } = set.stat();
    const property = fc.asyncProperty(anything, anything, options, list, async (...given) => {
      const [one, two, three, many] = given;
      await survives(name, () => call(set as unknown as Loose, { one, two, three, many }));
      set.set({ uid, gid, mode: 0o600 });
      set.setAll([1, 0, 5]);
      assert.deepEqual(set.values(), [1, 0, 5]);
    });
    await fc.assert(property, parameters(scene));
  });
}

test("open() and byId() of both classes answer any arguments with a code", async (scene) => {
  const open = SysvSemaphoreSet.open as (...given: unknown[]) => semaphore.SysvSemaphoreSet;
  const byId = SysvSemaphoreSet.byId as (...given: unknown[]) => semaphore.SysvSemaphoreSet;
  const php = PhpSemaphore.open as (...given: unknown[]) => semaphore.PhpSemaphore;
  const property = fc.asyncProperty(anything, options, async (first, second) => {
    const quick =
      typeof second === "object" && second !== null ? { ...second, initialTimeoutMs: 0 } : second;
    await survives("open", () => open(first, quick).close());
    await survives("php", () => php(first, second).close());
    await survives("byId", () => byId(first).close());
    for (const { id } of semaphore.listSysvSemaphoreSets()) removeById(id);
  });
  await fc.assert(property, parameters(scene));
});

test("setSysvSemaphoreLimits() answers any arguments with a code", {
  needs: ["isolated"],
}, async (scene) => {
  const { sets, semaphores, valueMax, nextId, ...before } = semaphore.sysvSemaphoreLimits();
  scene.after(() => setSysvSemaphoreLimits(before));
  const set = setSysvSemaphoreLimits as (change: unknown) => void;
  const fields = Object.keys(before).map((name) => [name, anything]);
  const change = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const property = fc.asyncProperty(fc.oneof(change, anything), async (given) =>
    survives("setSysvSemaphoreLimits", () => set(given)),
  );
  await fc.assert(property, parameters(scene));
});
