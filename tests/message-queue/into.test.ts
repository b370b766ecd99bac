/** Receiving into memory of the caller's: every way fills it, and nothing is lost when it goes away. */
import assert from "node:assert/strict";
import type { Message, Selection, SysvMessageQueue } from "linux-ipc/message-queue";
import { blocked } from "../harness/blocked.ts";
import { within } from "../harness/deadline.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateQueue } from "./queue.ts";

type Take = (queue: SysvMessageQueue, selection: Selection) => Promise<Message | undefined>;

/** Every way to take a message; `send` puts one in the queue, in time for this way. */
interface Way {
  readonly take: Take;
  /** The message comes when the wait has begun, on a thread of ours. */
  readonly late: boolean;
}

const ways: Readonly<Record<string, Way>> = {
  "tryReceive()": { take: async (queue, selection) => queue.tryReceive(selection), late: false },
  "receive()": { take: (queue, selection) => queue.receive(selection), late: false },
  "receive() that waits": { take: (queue, selection) => queue.receive(selection), late: true },
  "receiveSync()": { take: async (queue, selection) => queue.receiveSync(selection), late: false },
  "messages()": { take: nextOf, late: false },
  "messages() that waits": { take: nextOf, late: true },
};

async function nextOf(queue: SysvMessageQueue, selection: Selection): Promise<Message | undefined> {
  const { value } = await queue.messages(selection).next();
  return value;
}

/** What one way takes of one text; `meanwhile` happens while it waits. */
async function taken(
  queue: SysvMessageQueue,
  { take, late }: Way,
  selection: Selection,
  text: string,
  meanwhile: () => void = () => undefined,
): Promise<Message | undefined> {
  if (!late) queue.trySend(4, text);
  const message = within("the message", take(queue, selection));
  if (late) {
    message.catch(() => undefined);
    await blocked(process.pid, "msgrcv", queue.id);
    meanwhile();
    queue.trySend(4, text);
  }
  return await message;
}

const memoryBytes = 8;
const before = 3;

/** Memory that lies somewhere in a larger one, as the two classes that callers have. */
function memories(): Uint8Array[] {
  const whole = (): ArrayBuffer => new Uint8Array(before + memoryBytes + 5).fill(0xee).buffer;
  const shared = new SharedArrayBuffer(before + memoryBytes + 5);
  new Uint8Array(shared).fill(0xee);
  return [
    Buffer.from(whole(), before, memoryBytes),
    new Uint8Array(whole(), before, memoryBytes),
    new Uint8Array(shared, before, memoryBytes),
  ];
}

/** Of the type and text; a view of the beginning of the memory, of which no other byte changed. */
function assertInto(message: Message | undefined, into: Uint8Array, text: string): void {
  assert.ok(message !== undefined);
  assert.equal(message.type, 4);
  assert.ok(Buffer.isBuffer(message.data));
  assert.equal(message.data.toString(), text);
  assert.equal(message.data.buffer, into.buffer);
  assert.equal(message.data.byteOffset, into.byteOffset);
  const all = new Uint8Array(into.buffer);
  const rest = [...all.slice(0, before), ...all.slice(before + text.length)];
  assert.deepEqual(new Set(rest), new Set([0xee]));
}

for (const [name, way] of Object.entries(ways)) {
  test(`${name} fills \`into\` with a message as long as it, a shorter and an empty one`, async (scene) => {
    const queue = privateQueue(scene);
    for (const text of ["12345678", "123", ""]) {
      for (const into of memories())
        assertInto(await taken(queue, way, { into }, text), into, text);
    }
  });

  test(`${name} refuses a message longer than \`into\` with E2BIG, and it stays`, async (scene) => {
    const queue = privateQueue(scene);
    for (const into of memories()) {
      const refused = { code: "E2BIG", syscall: "msgrcv" };
      await assert.rejects(taken(queue, way, { into }, "123456789"), refused);
      assert.deepEqual(new Set(into), new Set([0xee]));
      assert.equal(queue.tryReceive()?.data.toString(), "123456789");
    }
  });

  test(`${name} cuts a message to \`into\` with noError, or to a smaller maxBytes`, async (scene) => {
    const queue = privateQueue(scene);
    for (const into of memories()) {
      const cut = await taken(queue, way, { into, noError: true }, "123456789");
      assertInto(cut, into, "12345678");
    }
    for (const into of memories()) {
      const cut = await taken(queue, way, { into, noError: true, maxBytes: 5 }, "123456");
      assertInto(cut, into, "12345");
    }
    assert.equal(queue.stat().messages, 0);
  });

  test(`${name} refuses with maxBytes a message that \`into\` has room for`, async (scene) => {
    const queue = privateQueue(scene);
    const [into] = memories();
    await assert.rejects(taken(queue, way, { into, maxBytes: 5 }, "123456"), { code: "E2BIG" });
    assert.equal(queue.stat().messages, 1);
  });

  test(`${name} refuses what is no memory, and a maxBytes that it has no room for`, async (scene) => {
    const queue = privateQueue(scene);
    queue.trySend(4, "stays");
    const into = new Uint8Array(8);
    const wrongType = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
    const wrong: readonly unknown[] = [
      ...[null, 8, "12345678", [], {}, new ArrayBuffer(8), new Uint16Array(4)],
      new DataView(new ArrayBuffer(8)),
    ];
    for (const other of wrong) {
      await assert.rejects(way.take(queue, { into: other as Uint8Array }), wrongType);
    }
    const noNumber = { into, maxBytes: null as unknown as number };
    await assert.rejects(way.take(queue, noNumber), wrongType);
    for (const maxBytes of [9, -1, 1.5, Number.NaN]) {
      const outOfRange = { name: "RangeError", code: "ERR_OUT_OF_RANGE" };
      await assert.rejects(way.take(queue, { into, maxBytes }), outOfRange);
    }
    assert.equal(queue.stat().messages, 1);
  });

  test(`${name} takes an empty message, and no other, into memory of length 0`, async (scene) => {
    const queue = privateQueue(scene);
    for (const into of [new Uint8Array(0), Buffer.alloc(0)]) {
      const message = await taken(queue, way, { into }, "");
      assert.deepEqual(message, { type: 4, data: Buffer.alloc(0) });
      await assert.rejects(taken(queue, way, { into }, "1"), { code: "E2BIG" });
      assert.equal(queue.tryReceive()?.data.toString(), "1");
    }
  });
}

for (const name of ["receive() that waits", "messages() that waits"]) {
  const way = ways[name] as Way;

  test(`${name} loses no message when \`into\` is transferred meanwhile`, async (scene) => {
    const queue = privateQueue(scene);
    for (const text of ["12345678", "1", ""]) {
      for (const into of [new Uint8Array(8), Buffer.from(new ArrayBuffer(8))]) {
        const transfer = (): void => void structuredClone(into, { transfer: [into.buffer] });
        const message = await taken(queue, way, { into }, text, transfer);
        assert.equal(into.byteLength, 0);
        assertOwn(message, into, text);
      }
    }
  });

  test(`${name} loses no message when \`into\` is shrunk meanwhile`, async (scene) => {
    const queue = privateQueue(scene);
    for (const text of ["12345678", "1234", ""]) {
      const memory = resizable(8);
      const into = new Uint8Array(memory);
      const message = await taken(queue, way, { into }, text, () => memory.resize(3));
      assert.equal(message?.data.toString(), text);
    }
    for (const text of ["12345678", ""]) {
      const memory = resizable(8);
      const into = new Uint8Array(memory, 0, 8);
      assertOwn(await taken(queue, way, { into }, text, () => memory.resize(3)), into, text);
    }
  });
}

/** The compiler's library is older than what Node 20 has. */
interface Resizable extends ArrayBuffer {
  resize(sizeBytes: number): void;
}

function resizable(sizeBytes: number): Resizable {
  const Constructor = ArrayBuffer as unknown as new (
    size: number,
    options: { readonly maxByteLength: number },
  ) => Resizable;
  return new Constructor(sizeBytes, { maxByteLength: 2 * sizeBytes });
}

function assertOwn(message: Message | undefined, into: Uint8Array, text: string): void {
  assert.equal(message?.type, 4);
  assert.equal(message.data.toString(), text);
  assert.notEqual(message.data.buffer, into.buffer);
}

test("receive() that waits leaves `into` alone until its message has come", async (scene) => {
  const queue = privateQueue(scene);
  const [into] = memories() as [Uint8Array];
  const waiting = queue.receive({ into, type: 4 });
  await blocked(process.pid, "msgrcv", queue.id);
  queue.trySend(5, "for no one");
  assert.deepEqual(queue.tryReceive({ into, type: 5, maxBytes: 0, noError: true })?.data.length, 0);
  assert.deepEqual(new Set(into), new Set([0xee]));
  queue.trySend(4, "here");
  assertInto(await waiting, into, "here");
});

test("receive() that is called off leaves `into` alone", async (scene) => {
  const queue = privateQueue(scene);
  const [into] = memories() as [Uint8Array];
  const late = queue.receive({ into, timeoutMs: 20 });
  await assert.rejects(late, { code: "ETIMEDOUT" });
  queue.trySend(4, "later");
  assert.deepEqual(new Set(into), new Set([0xee]));
});

test("messages({ into }) gives each message in the same memory, one after the other", async (scene) => {
  const queue = privateQueue(scene);
  const texts = ["one", "two", "", "threefold"];
  sendAll(scene, queue, texts);
  const into = Buffer.alloc(16);
  const seen: string[] = [];
  for await (const { data } of queue.messages({ into })) {
    assert.equal(data.buffer, into.buffer);
    seen.push(data.toString());
    if (seen.length === texts.length) break;
  }
  assert.deepEqual(seen, texts);
  assert.equal(into.toString("latin1", 0, 9), "threefold");
});

test("tryReceive({ into }) takes a message longer than the memory that calls have at first", (scene) => {
  const queue = privateQueue(scene);
  const into = Buffer.alloc(100_000);
  const text = Buffer.alloc(8_192, "long");
  queue.trySend(4, text);
  assert.deepEqual(queue.tryReceive({ into })?.data, text);
  assert.equal(queue.tryReceive({ into }), undefined);
});

function sendAll(scene: TestScene, queue: SysvMessageQueue, texts: readonly string[]): void {
  const sending = texts.reduce(
    (before, text) => before.then(() => queue.send(1, text)),
    Promise.resolve(),
  );
  scene.after(() => sending);
}
