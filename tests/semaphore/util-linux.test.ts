/** util-linux's programs and our set show and change the same things. */
import assert from "node:assert/strict";
import { listSysvSemaphoreSets, SysvSemaphoreSet, sysvSemaphoreLimits } from "linux-ipc/semaphore";
import { blocked } from "../harness/blocked.ts";
import { ask, runPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { freeKey, keyedSet, privateSet } from "./set.ts";

const settings = { needs: ["util-linux"] } as const;
const english = { env: { LC_ALL: "C", TZ: "UTC" } };

/** What ipcs -i prints of a set: the fields by its own names, and a row for each semaphore. */
async function ipcsOf(id: number): Promise<{ fields: Record<string, string>; rows: number[][] }> {
  const text = await ask("ipcs", ["-s", "-i", String(id)], english);
  const pairs = [...text.matchAll(/(\w+) ?= ?(\S.*?)\s*(?=\t|\n|, |$)/g)];
  const fields = Object.fromEntries(pairs.map(([, name, value]) => [name, value ?? ""]));
  const after = text.split(/semnum .*\n/)[1] ?? "";
  const lines = after.split("\n").filter((line) => /^\d/.test(line));
  return { fields, rows: lines.map((line) => line.trim().split(/\s+/).map(Number)) };
}

test("stat(), values(), waiters() and lastPid() agree with ipcs -s -i", settings, async (scene) => {
  const set = keyedSet(scene, freeKey(), { mode: 0o624, initial: [1, 0, 5] });
  const signal = AbortSignal.timeout(30_000);
  const waiting = [set.acquire(1, { signal }), set.waitForZero(2, { signal })];
  await blocked(process.pid, "semop", set.id, 2);
  set.acquireSync(0);
  const ours = set.stat();
  const { fields, rows } = await ipcsOf(set.id);
  const seconds = (text: string | undefined): number => new Date(`${text} UTC`).getTime();
  assert.equal(fields["uid"], String(ours.uid));
  assert.equal(fields["gid"], String(ours.gid));
  assert.equal(fields["cuid"], String(ours.creatorUid));
  assert.equal(fields["cgid"], String(ours.creatorGid));
  assert.equal(Number.parseInt(fields["mode"] ?? "", 8), 0o624);
  assert.equal(fields["nsems"], "3");
  assert.equal(seconds(fields["otime"]), ours.operatedAt?.getTime());
  assert.equal(seconds(fields["ctime"]), ours.changedAt.getTime());
  const seen = set.values().map((value, index) => {
    const { increase, zero } = set.waiters(index);
    return [index, value, increase, zero, set.lastPid(index)];
  });
  assert.deepEqual(rows, seen);
  assert.deepEqual(seen[1]?.slice(0, 4), [1, 0, 1, 0]);
  assert.deepEqual(seen[2]?.slice(0, 4), [2, 5, 0, 1]);
  set.setAll([0, 1, 0]);
  await Promise.all(waiting);
});

test("listSysvSemaphoreSets() agrees with ipcs -s", settings, async (scene) => {
  privateSet(scene, 1).remove();
  keyedSet(scene, 0xfedc_ba98, { mode: 0o660, count: 9 });
  privateSet(scene, 1, 2);
  const text = await ask("ipcs", ["-s"], english);
  const rows = text.split("\n").filter((line) => line.startsWith("0x"));
  const theirs = rows.map((row) => {
    const [key, id, , perms, count] = row.trim().split(/\s+/);
    return [Number(key), Number(id), Number.parseInt(perms ?? "", 8), Number(count)];
  });
  const ours = listSysvSemaphoreSets().map(({ key, id, mode, count }) => [key, id, mode, count]);
  const byId = (one: number[], two: number[]): number => (one[1] ?? 0) - (two[1] ?? 0);
  assert.deepEqual(ours.sort(byId), theirs.sort(byId));
  assert.equal(ours.length, 2);
});

test("byId() takes the set that ipcmk made, which has no values yet", settings, async () => {
  const words = await ask("ipcmk", ["--semaphore", "4", "--mode", "0606"], english);
  using set = SysvSemaphoreSet.byId(Number(/(\d+)/.exec(words)?.[1]));
  assert.deepEqual(set.values(), [0, 0, 0, 0]);
  const { mode, operatedAt, key } = set.stat();
  assert.deepEqual([mode, operatedAt], [0o606, undefined]);
  const open = (): unknown => SysvSemaphoreSet.open(key, { initial: [1], initialTimeoutMs: 10 });
  assert.throws(open, { code: "ETIMEDOUT", hint: /without initial/ });
  set.remove();
});

test("remove() is seen by ipcs, and ipcrm's removal by us", settings, async (scene) => {
  const first = privateSet(scene, 1);
  first.remove();
  assert.notEqual((await runPeer("ipcs", ["-s", "-i", String(first.id)], english)).stderr, "");
  const second = keyedSet(scene, freeKey(), { initial: [0] });
  const refused = assert.rejects(second.acquire(0), { code: "EIDRM" });
  await ask("ipcrm", ["--semaphore-key", `0x${second.stat().key.toString(16)}`]);
  await refused;
  assert.throws(() => second.stat(), { code: "EIDRM" });
});

test("sysvSemaphoreLimits() agrees with ipcs -l and ipcs -u", settings, async (scene) => {
  privateSet(scene, 1, 2, 3);
  const ours = sysvSemaphoreLimits();
  const limits = await ask("ipcs", ["-s", "-l"], english);
  assert.match(limits, new RegExp(`max number of arrays = ${ours.setsMax}\n`));
  assert.match(limits, new RegExp(`max semaphores per array = ${ours.semaphoresPerSetMax}\n`));
  assert.match(limits, new RegExp(`max semaphores system wide = ${ours.semaphoresMax}\n`));
  assert.match(limits, new RegExp(`max ops per semop call = ${ours.operationsMax}\n`));
  assert.match(limits, new RegExp(`semaphore max value = ${ours.valueMax}`));
  const use = await ask("ipcs", ["-s", "-u"], english);
  assert.match(use, new RegExp(`used arrays = ${ours.sets}\n`));
  assert.match(use, new RegExp(`allocated semaphores = ${ours.semaphores}`));
});
