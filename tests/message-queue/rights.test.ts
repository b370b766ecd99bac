/** What others may not do to a queue, and how they are told. */
import assert from "node:assert/strict";
import type { SysvMessageQueue } from "linux-ipc/message-queue";
import type { Peer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { startProgram, startProgramUnder } from "./programs.ts";
import { privateQueue } from "./queue.ts";

/** What each try came to, by its name. */
async function outcomes(peer: Peer): Promise<Readonly<Record<string, string>>> {
  await using outsider = peer;
  const { code, stdout, stderr } = await outsider.ended();
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => /^(\w+) (.*)$/.exec(line)?.slice(1) as string[]));
}

const exchanges = ["trySend", "send", "sendSync", "tryReceive", "receive", "receiveSync", "peek"];

function assertUnharmed(queue: SysvMessageQueue): void {
  assert.deepEqual(queue.tryReceive(), { type: 1, data: Buffer.from("mine") });
  assert.equal(queue.tryReceive(), undefined);
}

test("nobody gets EACCES with the way out from another user's queue", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const queue = privateQueue(scene);
  queue.trySend(1, "mine");
  const said = await outcomes(await startProgram("outsider", [queue.id, "drop"]));
  const refused = "EACCES the queue's mode does not allow it; root needs CAP_IPC_OWNER";
  for (const name of [...exchanges, "stat"]) assert.equal(said[name], refused, name);
  assert.match(said["set"] ?? "", /^(EACCES|EPERM) /);
  assert.match(said["remove"] ?? "", /^EPERM only the queue's owner, its creator or CAP_SYS_ADMIN/);
  assert.match(said["limits"] ?? "", /^(EACCES|EPERM) sysctl kernel\.msgmax .* CAP_SYS_ADMIN/);
  assertUnharmed(queue);
});

test("nobody may use a queue whose mode lets everybody, but not change it", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const queue = privateQueue(scene);
  queue.set({ mode: 0o666 });
  queue.trySend(1, "mine");
  const said = await outcomes(await startProgram("outsider", [queue.id, "drop"]));
  for (const name of [...exchanges, "stat"]) assert.equal(said[name], "allowed", name);
  assert.match(said["set"] ?? "", /^EPERM only the queue's owner/);
  assert.match(said["remove"] ?? "", /^EPERM only the queue's owner/);
});

test("root of another user namespace has no power over the queue's mode", {
  needs: ["userns"],
}, async (scene) => {
  const queue = privateQueue(scene);
  queue.trySend(1, "mine");
  queue.set({ mode: 0 });
  const inside = ["unshare", "--user", "--map-root-user", "--"] as const;
  const said = await outcomes(await startProgramUnder(inside, "outsider", [queue.id, "stay"]));
  for (const name of exchanges) assert.match(said[name] ?? "", /^EACCES the queue's mode/, name);
  // It is the same user, so it may remove the queue: it is the owner's right, not root's.
  assert.equal(said["remove"], "allowed");
});
