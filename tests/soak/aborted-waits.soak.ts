/** A wait that is called off again and again while others send loses nothing and doubles nothing. */
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { SysvMessageQueue } from "linux-ipc/message-queue";
import { isSoak } from "../harness/scale.ts";
import { type Random, seeded } from "../harness/seed.ts";
import { test } from "../harness/test.ts";
import { numberOf, startSender } from "../message-queue/numbered.ts";
import { fill, privateQueue } from "../message-queue/queue.ts";

/** All of them in every run: they are cheap. */
const abortsWanted = isSoak ? 100_000 : 10_000;

/** What perl is told to send at a time. */
const batch = 100;

test("receive() aborted 10,000 times while perl sends loses, doubles and reorders nothing", {
  needs: ["perl"],
  timeoutMs: 300_000,
}, async (scene) => {
  const random = seeded("aborts", (line) => scene.diagnostic(line));
  const queue = privateQueue(scene);
  await using sender = await startSender(queue.id, 300);
  const received: number[] = [];
  const tally = { aborted: 0, late: 0, sent: 0 };
  let sending: Promise<void> | undefined;
  while (tally.aborted < abortsWanted) {
    if (sending === undefined) {
      sender.say(String(batch));
      tally.sent += batch;
      sending = sender.line().then(() => {
        sending = undefined;
      });
    }
    const number = await abortedReceive(queue, random);
    if (number === undefined) {
      tally.aborted++;
    } else {
      tally.late++;
      received.push(number);
    }
  }
  while (received.length < tally.sent) received.push(numberOf((await queue.receive()).data));
  await sending;
  assert.equal(queue.stat().messages, 0);
  const inOrder = Array.from({ length: tally.sent }, (_, number) => number);
  assert.deepEqual(received, inOrder);
  scene.diagnostic(JSON.stringify(tally));
  assert.ok(tally.late > abortsWanted / 50, "hardly any abort came too late");
});

/** Waits for a message and calls it off at a random point; its number, if it came all the same. */
async function abortedReceive(
  queue: SysvMessageQueue,
  random: Random,
): Promise<number | undefined> {
  const controller = new AbortController();
  const waiting = queue.receive({ signal: controller.signal });
  const turns = random.integer(0, 3);
  const over = Promise.all([waiting, abortAfter(controller, turns)]);
  try {
    const [message] = await over;
    return numberOf(message.data);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ABORT_ERR");
    return undefined;
  }
}

async function abortAfter(controller: AbortController, turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await turn();
  controller.abort();
}

test("send() aborted on a full queue sends at most what it says it sent", async (scene) => {
  const random = seeded("aborted sends", (line) => scene.diagnostic(line));
  const queue = privateQueue(scene);
  const filling = fill(queue, 1024);
  let taken = 0;
  const sent: number[] = [];
  const received: number[] = [];
  for (let number = 0; number < 1_000; number++) {
    const controller = new AbortController();
    const text = Buffer.alloc(1024);
    text.writeUInt32BE(number);
    const sending = queue.send(2, text, { signal: controller.signal }).then(
      () => sent.push(number),
      (error: NodeJS.ErrnoException) => assert.equal(error.code, "ABORT_ERR"),
    );
    if (random.chance(0.5)) taken += keep(queue, received);
    await abortAfter(controller, random.integer(0, 2));
    await sending;
  }
  while (queue.stat().messages > 0) taken += keep(queue, received);
  assert.equal(taken, filling + sent.length);
  assert.deepEqual(received, sent);
  assert.ok(sent.length > 100 && sent.length < 900, `${sent.length} of 1000 were sent`);
});

/** Takes one message; ours are of type 2. */
function keep(queue: SysvMessageQueue, received: number[]): number {
  const message = queue.tryReceive();
  if (message?.type === 2) received.push(message.data.readUInt32BE());
  return message === undefined ? 0 : 1;
}
