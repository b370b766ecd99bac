/** Queues as the command handles them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { sysvMessageQueueKind as kind } from "./sysv-kind.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

/** The verbs, which this kind has all of. */
function verbs(): Required<Pick<typeof kind, "make" | "remove" | "send" | "receive" | "peek">> {
  const { make, remove, send, receive, peek } = kind;
  assert.ok(make && remove && send && receive && peek);
  return { make, remove, send, receive, peek };
}

const data = Buffer.from("job");

test("make, send, peek, receive and remove work by address", async () => {
  const { make, remove, send, receive, peek } = verbs();
  const options = { key: 0x7c000001, mode: 0o640, "max-bytes": 100 };
  const address = await make.run({ options });
  assert.match(address, /^msg:\d+$/);
  await send.run({ address: "msg:0x7c000001", options: { type: 7 }, data, wait: false });
  await send.run({ address, options: {}, data, wait: true });
  const seen = await peek.run({ address, options: {}, count: 5 });
  assert.deepEqual(
    seen.map(({ about }) => about),
    [{ type: 7 }, { type: 1 }],
  );
  const got = await receive.run({ address, options: { type: -3 }, wait: true });
  assert.deepEqual(got, { data, about: { type: 1 } });
  using queue = SysvMessageQueue.open(0x7c000001);
  assert.deepEqual([queue.stat().mode, queue.stat().maxBytes], [0o640, 100]);
  await remove.run({ address, options: {} });
  await assert.rejects(remove.run({ address, options: {} }), { code: /EINVAL|EIDRM/ });
});

test("send and receive that do not wait say so by EAGAIN and ENOMSG", async () => {
  const { make, remove, send, receive } = verbs();
  const address = await make.run({ options: { "max-bytes": 1 } });
  const full = send.run({ address, options: {}, data, wait: false });
  await assert.rejects(full, { code: "EAGAIN", message: /the queue is full/ });
  const empty = receive.run({ address, options: { except: 4 }, wait: false });
  await assert.rejects(empty, { code: "ENOMSG" });
  await remove.run({ address, options: {} });
});

test("make leaves no queue behind when its options are refused", async () => {
  const { make } = verbs();
  await assert.rejects(make.run({ options: { "max-bytes": -1 } }), { code: "ERR_OUT_OF_RANGE" });
  await assert.rejects(make.run({ options: { key: 2 ** 40 } }), { code: "ERR_OUT_OF_RANGE" });
});
