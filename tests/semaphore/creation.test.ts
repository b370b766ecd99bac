/** Many open a set at once, and nobody ever sees it without its values. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listSysvSemaphoreSets, SysvSemaphoreSet } from "linux-ipc/semaphore";
import type { Peer } from "../harness/peer.ts";
import { scaled } from "../harness/scale.ts";
import { type Random, seeded } from "../harness/seed.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ForeignSemaphore } from "./foreign.ts";
import { startProgram, startProgramUnder } from "./programs.ts";
import { freeKey, keyedSet, removeById } from "./set.ts";

const processes = 8;
const rounds = scaled(3_000);
const settings = { timeoutMs: 60_000 + rounds * 200 } as const;

/** Programs that open what they are told. */
async function openers(scene: TestScene, count: number): Promise<Peer[]> {
  const starts = Array.from({ length: count }, () => startProgram("open-initial"));
  const peers = await Promise.all(starts);
  scene.after(() => Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]())));
  for (const peer of peers) assert.equal(await peer.line(), "ready");
  return peers;
}

/** One round: everybody opens at once, and says what values there were in which set. */
async function race(peers: readonly Peer[], values: readonly number[]): Promise<void> {
  const key = freeKey();
  for (const peer of peers) peer.say(`${key} ${values.join(",")}`);
  const answers = await Promise.all(peers.map((peer) => peer.line()));
  const [set] = listSysvSemaphoreSets();
  assert.ok(set !== undefined, answers.join("; "));
  removeById(set.id);
  assert.deepEqual(
    answers,
    peers.map(() => `${set.id} ${values.join(",")}`),
  );
}

/** Of one value, of a few, and of more than one operation can set; zeros among them. */
function someValues(random: Random): number[] {
  const count = random.pick([1, 3, 20, 700]);
  return Array.from({ length: count }, () => random.pick([0, 1, random.integer(0, 32_767)]));
}

test(
  `${processes} processes open a set at once, and each sees all its values`,
  settings,
  async (scene) => {
    const random = seeded("creation", (line) => scene.diagnostic(line));
    const peers = await openers(scene, processes);
    for (let round = 0; round < rounds; round++) {
      const some = peers.slice(0, random.integer(2, processes));
      await race(some, someValues(random));
    }
  },
);

test("python3-sysv-ipc and we make a semaphore at once, and see the same value", {
  ...settings,
  needs: ["sysv_ipc"],
}, async (scene) => {
  const peers = await openers(scene, 2);
  await using one = await ForeignSemaphore.python(1);
  await using two = await ForeignSemaphore.python(1);
  for (let round = 0; round < rounds; round++) {
    const key = freeKey();
    for (const peer of peers) peer.say(`${key} 4`);
    const theirs = Promise.all([one.ask("race", 4, key), two.ask("race", 4, key)]);
    const ours = await Promise.all(peers.map((peer) => peer.line()));
    assert.deepEqual(await theirs, ["4", "4"]);
    const [set] = listSysvSemaphoreSets();
    assert.deepEqual(ours, [`${set?.id} 4`, `${set?.id} 4`]);
    removeById(set?.id ?? -1);
  }
});

/** Where a creator can die: before the values, between SETALL and the operation. */
const deaths = [
  { call: "semop", values: [1, 2] },
  { call: "semop", values: Array.from({ length: 700 }, () => 9) },
  { call: "semctl", values: Array.from({ length: 700 }, () => 9) },
] as const;

for (const { call, values } of deaths) {
  const what = `a creator of ${values.length} killed before its ${call}`;

  test(`open() tells of ${what}, and of the way out`, {
    needs: ["strace", "unsanitized"],
  }, async (scene) => {
    const key = freeKey();
    await killedCreator(scene, key, call, values);
    const [left] = listSysvSemaphoreSets();
    assert.deepEqual([left?.key, left?.operatedAt], [key, undefined]);
    const open = (): unknown => keyedSet(scene, key, { initial: values, initialTimeoutMs: 30 });
    assert.throws(open, { code: "ETIMEDOUT", address: `sem:${left?.id}`, hint: /ipcrm/ });
    using halfMade = SysvSemaphoreSet.open(key);
    halfMade.remove();
    assert.deepEqual(keyedSet(scene, key, { initial: values }).values(), values);
  });
}

/** strace kills it when it is about to make the call. */
async function killedCreator(
  scene: TestScene,
  key: number,
  call: string,
  values: readonly number[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-creator-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  // The first semctl asks for the limits: SETALL is the second.
  const when = call === "semctl" ? 2 : 1;
  const inject = [`-e`, `trace=${call}`, "-e", `inject=${call}:signal=SIGKILL:when=${when}`];
  const wrapper = ["strace", "-f", "-o", join(folder, "calls"), ...inject] as const;
  await using peer = await startProgramUnder([...wrapper, "--"], "open-initial");
  assert.equal(await peer.line(), "ready");
  peer.say(`${key} ${values.join(",")}`);
  const { code, signal, stdout } = await peer.ended();
  assert.equal(signal ?? code, "SIGKILL");
  assert.equal(stdout, "ready\n");
}

test("open() finishes when the creator it waits for is removed and made anew", async (scene) => {
  const key = freeKey();
  const halfMade = keyedSet(scene, key, { count: 1 });
  await using peer = await startProgram("open-initial");
  assert.equal(await peer.line(), "ready");
  peer.say(`${key} 3`);
  halfMade.remove();
  const [id, values] = (await peer.line()).split(" ");
  scene.after(() => removeById(Number(id)));
  assert.notEqual(Number(id), halfMade.id);
  assert.equal(values, "3");
});
