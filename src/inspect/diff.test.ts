/** Shows what counts as a change between two snapshots. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold, Snapshot } from "../io/schema.ts";
import { diff } from "./diff.ts";

const hold: Hold = { pid: 1, object: "box:1", how: "descriptor", fd: 3, at: null, mode: "read" };
const before = machineOf({
  processes: [processOf(1), processOf(2)],
  objects: [objectOf("box:1", { used: { bytes: 1 }, details: { sequence: 1, lastSendPid: 1 } })],
  holds: [hold],
  waits: [waitOf(1, "box:1", "read")],
  links: [{ from: "box:1", to: "box:2", kind: "test", direction: "both" }],
});

const none = { created: [], gone: [] };

test("diff() of a snapshot with itself is empty", () => {
  const { processes, objects, holds, waits, links, rebooted } = diff(before, before);
  assert.deepEqual(
    [processes, objects],
    [
      { ...none, changed: [] },
      { ...none, changed: [] },
    ],
  );
  assert.deepEqual([holds, waits, links, rebooted], [none, none, none, false]);
});

test("diff() tells what was made and what is gone", () => {
  const after: Snapshot = { ...before, processes: [processOf(1)], holds: [], waits: [], links: [] };
  const there = diff(before, after);
  assert.deepEqual(there.processes.gone, [processOf(2)]);
  assert.deepEqual(there.holds, { created: [], gone: [hold] });
  const back = diff(after, before);
  assert.deepEqual(back.processes.created, [processOf(2)]);
  assert.deepEqual(back.waits.created, before.waits);
  assert.deepEqual(back.links.created, before.links);
});

test("diff() names the fields that matter, and no other", () => {
  const [object] = before.objects;
  assert.ok(object);
  const changed = {
    ...object,
    used: { bytes: 5 },
    mode: 0o640,
    details: { ...object.details, lastSendPid: 2, note: "new" },
  };
  const running = processOf(1, { state: "R", threads: 9, descriptors: { file: 3 } });
  const renamed = processOf(2, { comm: "other" });
  const found = diff(before, { ...before, objects: [changed], processes: [running, renamed] });
  assert.deepEqual(found.objects.changed[0]?.fields, [
    { name: "mode", before: 0o600, after: 0o640 },
    { name: "used.bytes", before: 1, after: 5 },
    { name: "details.lastSendPid", before: 1, after: 2 },
    { name: "details.note", before: undefined, after: "new" },
  ]);
  assert.deepEqual(
    found.processes.changed.map(({ after }) => after.pid),
    [2],
  );
});

test("diff() takes another object of the same address for another one", () => {
  const objects = [objectOf("box:1", { details: { sequence: 2 } })];
  const found = diff(before, { ...before, objects });
  assert.equal(found.objects.created.length, 1);
  assert.equal(found.objects.gone.length, 1);
  assert.deepEqual(found.objects.changed, []);
});

test("diff() takes a process that began later for another one", () => {
  const processes = [processOf(1, { startTicks: 99 }), processOf(2)];
  const found = diff(before, { ...before, processes });
  assert.deepEqual([found.processes.created.length, found.processes.gone.length], [1, 1]);
  assert.deepEqual([found.holds.created.length, found.holds.gone.length], [1, 1]);
});

test("diff() finds nothing the same after a reboot", () => {
  const boot = (bootId: string): Snapshot => ({ ...before, host: { ...before.host, bootId } });
  const found = diff(boot("a"), boot("b"));
  assert.equal(found.rebooted, true);
  assert.deepEqual([found.processes.created.length, found.processes.gone.length], [2, 2]);
  assert.deepEqual([found.objects.created.length, found.objects.gone.length], [1, 1]);
});

test("diff() leaves out the two commands that looked, and what they had for themselves", () => {
  const looked = (pid: number): Snapshot => ({
    ...before,
    host: { ...before.host, pid },
    processes: [...before.processes, processOf(pid)],
    objects: [...before.objects, objectOf(`own:${pid}`)],
    holds: [...before.holds, { ...hold, pid, object: `own:${pid}` }, { ...hold, pid }],
    links: [
      ...before.links,
      { from: `own:${pid}`, to: `own:${pid}`, kind: "test", direction: "both" },
    ],
  });
  const { processes, objects, holds, links } = diff(looked(8), looked(9));
  assert.deepEqual([holds, links], [none, none]);
  for (const one of [processes, objects]) assert.deepEqual(one, { ...none, changed: [] });
  assert.equal(diff(before, looked(9)).processes.created.length, 0);
  const same = diff({ ...before, host: { ...before.host, pid: 9 } }, looked(9));
  assert.equal(same.processes.created.length, 1);
});
