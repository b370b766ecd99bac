/** The manual page's own example speaks to our queue, in both directions. */
import assert from "node:assert/strict";
import { compiled } from "../harness/compiled.ts";
import { ask } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { freeKey, keyedQueue } from "./queue.ts";

const settings = { needs: ["gcc"] } as const;

test("receive() gives what a C program sent", settings, async (scene) => {
  const program = await compiled(scene, "tests/message-queue/peers/msgop.c");
  const key = freeKey();
  const queue = keyedQueue(scene, key);
  assert.equal(await ask(program, ["-s", "-k", `${key}`, "-t", "7", "a job"]), "sent: a job");
  assert.deepEqual(await queue.receive(), { type: 7, data: Buffer.from("a job") });
});

test("send() reaches a C program, which chooses by type", settings, async (scene) => {
  const program = await compiled(scene, "tests/message-queue/peers/msgop.c");
  const key = freeKey();
  const queue = keyedQueue(scene, key);
  const types = [9, 2 ** 40, 4, 2n ** 63n - 1n];
  for (const type of types) await queue.send(type, `of ${type}`);
  const take = (type: string): Promise<string> => ask(program, ["-r", "-k", `${key}`, "-t", type]);
  assert.equal(await take("-5"), "message received: 4 of 4");
  assert.equal(await take("1099511627776"), "message received: 1099511627776 of 1099511627776");
  assert.equal(await take("0"), "message received: 9 of 9");
  const last = "9223372036854775807";
  assert.equal(await take(last), `message received: ${last} of ${last}`);
  assert.equal(await take("0"), "No message available for msgrcv()");
});

test("open() finds the queue that a C program made", settings, async (scene) => {
  const program = await compiled(scene, "tests/message-queue/peers/msgop.c");
  const key = freeKey();
  await ask(program, ["-s", "-k", String(key), "first"]);
  const queue = keyedQueue(scene, key);
  assert.equal(queue.stat().mode, 0o666);
  assert.equal(queue.tryReceive()?.data.toString(), "first");
});
