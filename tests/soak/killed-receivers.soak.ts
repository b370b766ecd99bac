/**
 * Receivers killed with SIGKILL at random points, while one of ours takes from the same queue: a
 * killed one loses at most the message it had just taken, and nobody else notices.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { SysvMessageQueue } from "linux-ipc/message-queue";
import { inTree } from "../../tools/paths.ts";
import { blocked } from "../harness/blocked.ts";
import { until, within } from "../harness/deadline.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import { scaled } from "../harness/scale.ts";
import { type Random, seeded } from "../harness/seed.ts";
import { test } from "../harness/test.ts";
import { numberOf, startSender } from "../message-queue/numbered.ts";
import { startProgram } from "../message-queue/programs.ts";
import { privateQueue } from "../message-queue/queue.ts";

/** A thousand in a soak, a hundred otherwise: half of them a foreign program. */
const killsOfPerl = scaled(500);
const killsOfNode = scaled(500);

const batch = 150;

/** Of our own messages in between; perl's are of type 1. */
const stopType = 2;
const markerType = 3;

type StartReceiver = (queueId: number, random: Random) => Promise<Peer>;

const startPerl: StartReceiver = (queueId) =>
  startPeer("perl", [inTree("tests/message-queue/peers/receiver.pl"), String(queueId)]);

const startNode: StartReceiver = (queueId, random) =>
  startProgram("receive", [queueId, random.pick(["async", "sync"])]);

killTest("a killed perl", killsOfPerl, startPerl);
killTest("a killed process of ours", killsOfNode, startNode);

function killTest(who: string, kills: number, start: StartReceiver): void {
  const claim = `${who} loses at most the one message it had taken, and no one else any`;
  const settings = { needs: ["perl"], timeoutMs: 60_000 + kills * 2_000 } as const;

  test(`receive() beside it: ${claim}`, settings, async (scene) => {
    const random = seeded("kills", (line) => scene.diagnostic(line));
    const queue = privateQueue(scene);
    await using sender = await startSender(queue.id);
    const own = new Taker(queue);
    const tally = { kills, lost: 0, takenByKilled: 0, takenByUs: 0 };
    for (let round = 0; round < kills; round++) {
      const before = own.numbers.length;
      const theirs = await oneRound(queue, sender, await start(queue.id, random), random);
      const expected = Array.from({ length: batch }, (_, index) => round * batch + index);
      await own.caughtUp(queue);
      const ours = own.numbers.slice(before);
      assertLostAtMostOne(expected, ours, theirs);
      tally.lost += batch - ours.length - theirs.length;
      tally.takenByKilled += theirs.length;
      tally.takenByUs += ours.length;
    }
    scene.diagnostic(JSON.stringify(tally));
    assert.ok(tally.takenByKilled > 0, "the killed receivers never took anything");
    await own.stop(queue);
  });
}

/** What the killed receiver said it took. */
async function oneRound(
  queue: SysvMessageQueue,
  sender: Peer,
  victim: Peer,
  random: Random,
): Promise<number[]> {
  await using receiver = victim;
  assert.equal(await receiver.line(), "ready");
  if (random.chance(0.7)) await blocked(receiver.pid, "msgrcv", queue.id);
  sender.say(String(batch));
  const sent = sender.line();
  await pause(random.integer(0, 40) / 10);
  receiver.kill();
  const { signal, stdout } = await receiver.ended();
  assert.equal(signal, "SIGKILL");
  assert.equal(await sent, "sent");
  return stdout
    .split("\n")
    .slice(1, -1)
    .map((line) => {
      assert.match(line, /^\d+$/);
      return Number(line);
    });
}

function assertLostAtMostOne(
  expected: readonly number[],
  ours: readonly number[],
  theirs: readonly number[],
): void {
  const ascending = (numbers: readonly number[]): boolean =>
    numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
  assert.ok(ascending(ours), `ours are out of order: ${ours}`);
  assert.ok(ascending(theirs), `theirs are out of order: ${theirs}`);
  const all = new Set([...ours, ...theirs]);
  assert.equal(all.size, ours.length + theirs.length, "a message was doubled");
  const missing = expected.filter((number) => !all.has(number));
  assert.ok(missing.length <= 1, `lost: ${missing}`);
  assert.ok(
    [...all].every((number) => expected.includes(number)),
    "a message of another round",
  );
}

/** Our own receiver, which waits all the time. */
class Taker {
  readonly numbers: number[] = [];
  #markers = 0;
  readonly #ended: Promise<void>;

  constructor(queue: SysvMessageQueue) {
    this.#ended = this.#take(queue);
  }

  /** What was sent before is taken, and is in `numbers`: a marker came after all of it. */
  async caughtUp(queue: SysvMessageQueue): Promise<void> {
    const before = this.#markers;
    await queue.send(markerType, "");
    await until("our receiver to see the marker", () => this.#markers > before);
  }

  /** Ends it by a message, which shows that its wait was not stuck. */
  async stop(queue: SysvMessageQueue): Promise<void> {
    assert.equal(queue.trySend(stopType, "stop"), true);
    await within("the end of our receiver", this.#ended);
  }

  async #take(queue: SysvMessageQueue): Promise<void> {
    for await (const { type, data } of queue.messages()) {
      if (type === stopType) return;
      if (type === markerType) this.#markers++;
      else this.numbers.push(numberOf(data));
    }
  }
}
