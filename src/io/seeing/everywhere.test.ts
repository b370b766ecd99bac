/** Seeing several IPC namespaces as one machine. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { startPeer } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { Sight, View } from "../room.ts";
import type { Gap, Hold } from "../schema.ts";
import { ipcHere, readHere } from "./abroad.ts";
import { everywhere } from "./everywhere.ts";

const needs = ["namespaces", "util-linux"] as const;

const nothing: Sight = { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [] };

function living(pid: number, inode: number): Process {
  return processIn(pid, { namespaces: new Map([["ipc", inode]]) });
}

/** A hold for each process that is shown, and one for each queue that the table has. */
function holdsIn(view: View): Hold[] {
  const rows = Buffer.from(readHere("/proc/sysvipc/msg")).toString().trimEnd().split("\n").slice(1);
  const pids = [...view.processes.processes.keys(), ...rows.map(() => 0)];
  return pids.map((pid) => {
    return { pid, object: "x:1", how: "descriptor", fd: 1, at: null, mode: null };
  });
}

test("everywhere() looks in each namespace, with the processes that live there", {
  needs,
}, async () => {
  const script = "ipcmk -Q >/dev/null && echo && read line";
  await using peer = await startPeer("unshare", ["--ipc", "sh", "-c", script]);
  await peer.line();
  const { ino } = statSync(`/proc/${peer.pid}/ns/ipc`);
  const machine = viewOf([processIn(1), living(peer.pid, ino)]);
  const seen: (number | null)[] = [];
  const see = everywhere((view, all) => {
    assert.equal(all, machine);
    assert.equal(ipcHere.door, undefined);
    seen.push(view.namespaces.ipc);
    return { ...nothing, holds: holdsIn(view) };
  });
  const { holds, gaps } = see(machine);
  assert.deepEqual(seen, [machine.namespaces.ipc, ino]);
  assert.deepEqual(
    holds.map(({ pid, object }) => [pid, object]),
    [
      [1, "x:1"],
      [peer.pid, "x:1"],
      [peer.pid, `@${ino}/x:1`],
      [0, `@${ino}/x:1`],
    ],
  );
  assert.deepEqual(gaps, []);
  peer.end();
  await peer.ended();
});

test("everywhere() says once what several namespaces do not show", { needs }, async () => {
  const script = ["--ipc", "sh", "-c", "echo; read line"];
  await using one = await startPeer("unshare", script);
  await using two = await startPeer("unshare", script);
  const places = [one, two].map(({ pid }) => pid);
  for (const peer of [one, two]) await peer.line();
  const view = viewOf(places.map((pid) => living(pid, statSync(`/proc/${pid}/ns/ipc`).ino)));
  const gap: Gap = { what: "things", reason: "EACCES", count: 2, text: "2 things are hidden." };
  const { gaps } = everywhere(() => ({ ...nothing, gaps: [gap] }))(view);
  const text = "2 things are hidden; the same is so in 2 other IPC namespaces.";
  assert.deepEqual(gaps, [{ ...gap, count: 6, text }]);
  for (const peer of [one, two]) {
    peer.end();
    await peer.ended();
  }
});

test("everywhere() passes over namespaces that have gone, and counts those that are too many", () => {
  const gone = Array.from({ length: 300 }, (_, index) => living(2 ** 22 + index, 5 + index));
  const { gaps } = everywhere(() => nothing)(viewOf([processIn(1), ...gone]));
  assert.deepEqual(
    gaps.map(({ what, reason, text }) => [what, reason, text.slice(0, 23)]),
    [["namespaces", "truncated", "44 other IPC namespaces"]],
  );
});
