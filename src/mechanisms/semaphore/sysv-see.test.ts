/** Seeing sets: the objects and their waiters, from a table of processes made for the test. */
import assert from "node:assert/strict";
import { until } from "../../../tests/harness/deadline.ts";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { blockedProcess, ipcNamespace, processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord } from "../../io/schema.ts";
import { encodeSembufs } from "../../wire/sysv/sembuf.ts";
import { seeSysvSemaphoreSets } from "./sysv-see.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

const semop = process.arch === "arm64" ? 193 : 65;
const memory = new Map([[0x1000n, encodeSembufs([{ num: 1, op: -2, flg: 0 }])]]);

function setFor(scene: TestScene, initial: readonly number[], key = 0): SysvSemaphoreSet {
  const set = SysvSemaphoreSet.open(key, { create: true, initial, mode: 0o640 });
  scene.after(() => {
    set.remove();
    set.close();
  });
  return set;
}

function seen(view: View, { id }: SysvSemaphoreSet): { object: ObjectRecord; sight: Sight } {
  const sight = seeSysvSemaphoreSets(view);
  const object = sight.objects.find(({ address }) => address === `sem:${id}`);
  assert.ok(object);
  return { object, sight };
}

test("see() gives a set all its fields, its key as an alias, its semaphores as parts", (scene) => {
  const set = setFor(scene, [1, 0, 5], 0x7d000301);
  set.post(1);
  const { object, sight } = seen(viewOf([processIn(1)]), set);
  assert.deepEqual(object.aliases, ["sem:0x7d000301"]);
  assert.deepEqual([object.mode, object.namespace], [0o640, ipcNamespace]);
  assert.deepEqual(object.used, { semaphores: 3 });
  assert.deepEqual(object.details["values"], [1, 1, 5]);
  assert.deepEqual([object.details["waiters"], object.details["waitersSeen"]], [0, 0]);
  assert.ok(object.details["operatedAt"]);
  assert.deepEqual(object.parts?.[1], {
    address: `${object.address}/1`,
    used: { value: 1 },
    details: { lastOperatorPid: process.pid, waitForIncrease: 0, waitForZero: 0 },
  });
  assert.equal(object.partCount, 3);
  assert.deepEqual([sight.gaps, sight.waits, sight.holds], [[], [], []]);
});

test("see() says why nobody is known to have operated on a semaphore", (scene) => {
  const set = SysvSemaphoreSet.open(0, { count: 1 });
  scene.after(() => {
    set.remove();
    set.close();
  });
  const part = seen(viewOf([]), set).object.parts?.[0];
  assert.equal(part?.details["lastOperatorPid"], null);
  assert.match(part?.unknown?.["lastOperatorPid"] ?? "", /^nobody operated on it, or/);
});

test("see() tells what each waiter needs, by the values that are there", (scene) => {
  const set = setFor(scene, [9, 1]);
  const values = [BigInt(set.id), 0x1000n, 1n];
  const elsewhere = { namespaces: new Map([["ipc", 1]]) };
  const { sight } = seen(
    viewOf(
      [
        blockedProcess(11, semop, values),
        blockedProcess(12, semop, values, elsewhere),
        blockedProcess(13, semop, [999_999n, 0x1000n, 1n]),
      ],
      memory,
    ),
    set,
  );
  assert.deepEqual(
    sight.waits.map(({ pid, parts, text }) => [pid, parts, text]),
    [[11, [`sem:${set.id}/1`], "semaphore 1 to be at least 2"]],
  );
});

test("see() flags a semaphore whose taker is gone", (scene) => {
  const set = setFor(scene, [9, 1]);
  const waiting = blockedProcess(11, semop, [BigInt(set.id), 0x1000n, 1n]);
  // This process, which gave the values, is not in the table.
  const { object, sight } = seen(viewOf([waiting], memory), set);
  assert.deepEqual(object.flags, ["last-gone"]);
  assert.equal(sight.findings[0]?.rule, "semaphore-taker-gone");
});

test("see() takes as many waiters as anybody may start", (scene) => {
  const set = setFor(scene, [9, 1]);
  const thread = blockedProcess(11, semop, [BigInt(set.id), 0x1000n, 1n]).threads[0];
  assert.ok(thread);
  const threads = Array.from({ length: 150_000 }, () => thread);
  const { object, sight } = seen(viewOf([processIn(11, { threads })], memory), set);
  assert.equal(sight.waits.length, 150_000);
  // Those whose operations were not read any more say so.
  assert.equal(sight.waits.at(-1)?.need["operations"], null);
  assert.equal(object.details["waitersSeen"], 150_000);
});

test("see() shows the first semaphores of a very large set, and says so", (scene) => {
  const set = setFor(
    scene,
    Array.from({ length: 300 }, () => 0),
  );
  const { object } = seen(viewOf([]), set);
  assert.equal(object.parts?.length, 256);
  assert.equal(object.unknown["parts"], "only the first 256 of 300 were looked at");
});

test("see() counts waiters that no process shows", async (scene) => {
  const set = setFor(scene, [0]);
  const aborter = new AbortController();
  const waiting = set.acquire(0, { signal: aborter.signal });
  await until("a waiter", () => set.waiters(0).increase === 1);
  const { object, sight } = seen(viewOf([]), set);
  assert.equal(object.details["waiters"], 1);
  assert.equal(object.unknown["waiters"], "1 of 1 are not visible");
  const [gap] = sight.gaps;
  assert.deepEqual([gap?.what, gap?.reason, gap?.count], ["waiters", "not-seen", 1]);
  aborter.abort();
  await assert.rejects(waiting, { code: "ABORT_ERR" });
});
