/** What others may not do to a set, and how they are told. */
import assert from "node:assert/strict";
import { listSysvSemaphoreSets, SysvSemaphoreSet } from "linux-ipc/semaphore";

import { ask, type Peer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { programPath, startProgram, startProgramUnder } from "./programs.ts";
import { privateSet, removeById } from "./set.ts";

/** What each try came to, by its name. */
async function outcomes(peer: Peer): Promise<Readonly<Record<string, string>>> {
  await using outsider = peer;
  const { code, stdout, stderr } = await outsider.ended();
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => /^(\w+) (.*)$/.exec(line)?.slice(1) as string[]));
}

const changing = [
  ...["tryOperate", "operate", "operateSync", "acquire", "acquireSync", "post", "tryAcquire"],
  ...["setValue", "setAll"],
];
const reading = [
  ...["value", "values", "lastPid", "waiters", "tryWaitForZero", "waitForZero", "stat"],
];
const refused = "EACCES the set's mode does not allow it; root needs CAP_IPC_OWNER";

function assertUnharmed(set: SysvSemaphoreSet): void {
  assert.deepEqual(set.values(), [5, 6]);
}

test("nobody gets EACCES with the way out from another user's set, and yet its count", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const set = privateSet(scene, 5, 6);
  const said = await outcomes(await startProgram("outsider", [set.id, "drop"]));
  assert.equal(said["count"], "allowed");
  for (const name of [...changing, ...reading]) assert.equal(said[name], refused, name);
  assert.match(said["set"] ?? "", /^EPERM only the set's owner/);
  assert.match(said["remove"] ?? "", /^EPERM only the set's owner, its creator or CAP_SYS_ADMIN/);
  assert.match(said["limits"] ?? "", /^(EACCES|EPERM) sysctl kernel\.sem .* CAP_SYS_ADMIN/);
  assertUnharmed(set);
});

test("nobody may look at a set that lets everybody read, and wait for zero, but not change it", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const set = privateSet(scene, 5, 6);
  set.set({ mode: 0o644 });
  const said = await outcomes(await startProgram("outsider", [set.id, "drop"]));
  for (const name of reading) assert.equal(said[name], "allowed", name);
  for (const name of changing) assert.equal(said[name], refused, name);
  assertUnharmed(set);
});

test("nobody may use a set whose mode lets everybody, but not change its mode", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const set = privateSet(scene, 5, 6);
  set.set({ mode: 0o666 });
  const said = await outcomes(await startProgram("outsider", [set.id, "drop"]));
  for (const name of [...changing, ...reading]) assert.equal(said[name], "allowed", name);
  assert.match(said["set"] ?? "", /^EPERM only the set's owner/);
  assert.match(said["remove"] ?? "", /^EPERM only the set's owner/);
});

test("root of another user namespace has no power over the set's mode", {
  needs: ["userns"],
}, async (scene) => {
  const set = privateSet(scene, 5, 6);
  set.set({ mode: 0 });
  const inside = ["unshare", "--user", "--map-root-user", "--"] as const;
  const said = await outcomes(await startProgramUnder(inside, "outsider", [set.id, "stay"]));
  for (const name of changing) assert.match(said[name] ?? "", /^EACCES the set's mode/, name);
  // It is the same user, so it may change and remove the set: it is the owner's right, not root's.
  assert.equal(said["set"], "allowed");
  assert.equal(said["remove"], "allowed");
});

for (const mode of ["0", "060", "400", "200", "066"]) {
  for (const values of ["3,0,4", "0,0"]) {
    test(`open() as nobody gives ${values} to a set of mode ${mode}`, {
      needs: ["root", "setuid"],
    }, async (scene) => {
      const id = Number(await ask(process.execPath, [programPath("unprivileged"), mode, values]));
      scene.after(() => removeById(id));
      const status = listSysvSemaphoreSets().find((set) => set.id === id);
      assert.deepEqual([status?.mode, status?.uid], [Number.parseInt(mode, 8), 65534]);
      assert.ok(status?.operatedAt !== undefined);
      using set = SysvSemaphoreSet.byId(id);
      assert.equal(set.values().join(","), values);
    });
  }
}
