/**
 * Holders killed with SIGKILL at random points, who took with undo: what they held always comes
 * back, all of it and no more, and nobody who waits is stuck.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { within } from "../harness/deadline.ts";
import type { Peer } from "../harness/peer.ts";
import { scaled } from "../harness/scale.ts";
import { type Random, seeded } from "../harness/seed.ts";
import { test } from "../harness/test.ts";
import { ForeignSemaphore } from "../semaphore/foreign.ts";
import { startProgram } from "../semaphore/programs.ts";
import { freeKey, keyedSet } from "../semaphore/set.ts";

/** A thousand in a soak, a hundred otherwise; a tenth of them a foreign program. */
const kills = scaled(900);
const killsOfPerl = scaled(100);

const atRest = [1, 10];

const holdersAtOnce = 3;

/** What nobody can have while anybody holds anything. */
const everything = [
  { index: 0, by: -1 },
  { index: 1, by: -10 },
];
const everythingBack = everything.map(({ index, by }) => ({ index, by: -by }));

const settings = { timeoutMs: 60_000 + (kills + killsOfPerl) * 2_000 };

test(
  "what killed processes of ours held comes back, and nobody is stuck",
  settings,
  async (scene) => {
    const random = seeded("kills", (line) => scene.diagnostic(line));
    const set = keyedSet(scene, freeKey(), { initial: atRest });
    const tally = { kills: 0, holding: 0 };
    while (tally.kills < kills) {
      const starts = Array.from({ length: holdersAtOnce }, () => startHolder(set, random));
      const holders = await Promise.all(starts);
      for (const holder of holders) {
        await pause(random.integer(0, 200) / 10);
        const [lock = 0, pool = 0] = set.values();
        if (lock < 1 || pool < 10) tally.holding++;
        await killed(holder);
        tally.kills++;
      }
      assert.deepEqual(set.values(), atRest);
      assert.deepEqual([set.waiters(0).increase, set.waiters(1).increase], [0, 0]);
    }
    scene.diagnostic(JSON.stringify(tally));
    assert.ok(tally.holding > 0, "nobody was killed while anything was held");
  },
);

test(
  "operate() gets everything as soon as the holders are dead, wherever they died",
  settings,
  async (scene) => {
    const random = seeded("kills", (line) => scene.diagnostic(line));
    const set = keyedSet(scene, freeKey(), { initial: atRest });
    for (let round = 0; round < kills / 10; round++) {
      const holder = await startHolder(set, random);
      await pause(random.integer(0, 100) / 10);
      holder.kill();
      await within("everything", set.operate(everything));
      set.operateSync(everythingBack);
      await killed(holder);
      assert.deepEqual(set.values(), atRest);
    }
  },
);

test("what a killed perl held comes back", { ...settings, needs: ["perl"] }, async (scene) => {
  const random = seeded("kills", (line) => scene.diagnostic(line));
  const key = freeKey();
  const set = keyedSet(scene, key, { initial: atRest });
  for (let round = 0; round < killsOfPerl; round++) {
    await using perl = await ForeignSemaphore.perl(key);
    const by = random.integer(1, 10);
    assert.equal(await perl.ask("operate", "0:-1:undo", `1:-${by}:undo`), "done");
    perl.peer.say(`operate 1:${by}:undo`);
    await perl.kill();
    assert.deepEqual(set.values(), atRest);
  }
});

async function startHolder(set: SysvSemaphoreSet, random: Random): Promise<Peer> {
  const peer = await startProgram("holds", [set.id, random.integer(0, 2 ** 30)]);
  assert.equal(await peer.line(), "ready");
  return peer;
}

/** Its undo is done before its end can be seen. */
async function killed(peer: Peer): Promise<void> {
  await using holder = peer;
  holder.kill();
  const { signal, stderr } = await holder.ended();
  assert.deepEqual([signal, stderr], ["SIGKILL", ""]);
}
