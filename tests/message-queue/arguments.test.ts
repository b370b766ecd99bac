/** Whatever is given to the public functions, they answer with an error that has a code, or work. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as messageQueue from "linux-ipc/message-queue";
import { scaled } from "../harness/scale.ts";
import { seeded } from "../harness/seed.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateQueue } from "./queue.ts";

const { ftok, setSysvMessageLimits, SysvMessageQueue } = messageQueue;

const runs = scaled(5_000);

/** Anything, and often what is nearly right. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withTypedArray: true, withDate: true, withNullPrototype: true }),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.constantFrom(0, -0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 53, Number.NaN, 2n ** 63n - 1n, "", "x"),
  fc.uint8Array({ maxLength: 40 }),
);

/** Options with the right names and anything in them; they may not wait for long. */
const options: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  fc.record(
    Object.fromEntries(
      [
        ...["type", "except", "maxBytes", "noError", "into"],
        ...["mode", "uid", "gid", "create", "exclusive"],
      ].map((name) => [name, anything]),
    ),
    { requiredKeys: [] },
  ),
  fc.record({
    type: fc.integer({ min: -20, max: 20 }),
    maxBytes: fc.nat(100),
    noError: fc.boolean(),
    into: fc.option(fc.uint8Array({ maxLength: 100 }), { nil: undefined }),
  }),
);

type CallName =
  | ("trySend" | "send" | "sendSync" | "tryReceive" | "receive" | "receiveSync")
  | ("messages" | "peek" | "set");

const calls: Readonly<Record<CallName, (queue: Loose, given: readonly unknown[]) => unknown>> = {
  trySend: (queue, [type, data]) => queue.trySend(type, data),
  send: (queue, [type, data, wait]) => queue.send(type, data, brief(wait)),
  sendSync: (queue, [type, data, wait]) => queue.sendSync(type, data, brief(wait)),
  tryReceive: (queue, [, , selection]) => queue.tryReceive(selection),
  receive: (queue, [, , selection]) => queue.receive(brief(selection)),
  receiveSync: (queue, [, , selection]) => queue.receiveSync(brief(selection)),
  messages: (queue, [, , selection]) => queue.messages(brief(selection)).next(),
  peek: (queue, [index]) => queue.peek(index),
  set: (queue, [, , change]) => queue.set(change),
};

/** The handle as a caller without types sees it. */
type Loose = Record<Exclude<CallName, "messages">, (...given: readonly unknown[]) => unknown> & {
  messages(...given: readonly unknown[]): AsyncGenerator<unknown>;
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

function parameters(scene: TestScene): fc.Parameters<unknown> {
  const { seed } = seeded("arguments", (line) => scene.diagnostic(line));
  return { seed, numRuns: runs };
}

for (const [name, call] of Object.entries(calls)) {
  test(`${name}() answers any arguments with a code, and the queue is unharmed`, async (scene) => {
    const queue = privateQueue(scene);
    const { uid, gid } = queue.stat();
    const property = fc.asyncProperty(anything, anything, options, async (one, two, three) => {
      queue.set({ uid, gid, mode: 0o600, maxBytes: 16384 });
      queue.trySend(7, "here");
      await survives(name, () => call(queue as unknown as Loose, [one, two, three]));
      queue.set({ uid, gid, mode: 0o600, maxBytes: 16384 });
      while (queue.tryReceive() !== undefined);
      assert.equal(queue.stat().messages, 0);
    });
    await fc.assert(property, parameters(scene) as fc.Parameters<[unknown, unknown, unknown]>);
  });
}

test("open(), byId() and ftok() answer any arguments with a code", async (scene) => {
  const open = SysvMessageQueue.open as (...given: unknown[]) => messageQueue.SysvMessageQueue;
  const byId = SysvMessageQueue.byId as (...given: unknown[]) => messageQueue.SysvMessageQueue;
  const key = ftok as (...given: unknown[]) => number;
  const property = fc.asyncProperty(anything, options, async (first, second) => {
    await survives("open", () => {
      using queue = open(first, second);
      queue.remove();
    });
    await survives("byId", () => byId(first).close());
    await survives("ftok", () => key(first, second));
    await survives("ftok", () => key("/etc/passwd", first));
  });
  await fc.assert(property, parameters(scene) as fc.Parameters<[unknown, unknown]>);
});

test("setSysvMessageLimits() answers any arguments with a code", {
  needs: ["isolated"],
}, async (scene) => {
  const before = messageQueue.sysvMessageLimits();
  const { messageBytesMax, queueBytesMax, queuesMax } = before;
  scene.after(() => setSysvMessageLimits({ messageBytesMax, queueBytesMax, queuesMax }));
  const set = setSysvMessageLimits as (change: unknown) => void;
  const names = ["messageBytesMax", "queueBytesMax", "queuesMax"];
  const change = fc.record(Object.fromEntries(names.map((name) => [name, anything])), {
    requiredKeys: [],
  });
  const property = fc.asyncProperty(fc.oneof(change, anything), async (given) =>
    survives("setSysvMessageLimits", () => set(given)),
  );
  await fc.assert(property, parameters(scene) as fc.Parameters<[unknown]>);
});
