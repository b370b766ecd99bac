/** Shows that what could not be seen is told once a class, with its number and the way out. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import type { Process, WalkFailure } from "../wire/proc/process-table.ts";
import { walkGaps } from "./gaps.ts";

function seen(pid: number, ipc: number, ...failures: WalkFailure[]): readonly [number, Process] {
  const process: Process = {
    pid,
    ppid: 1,
    startTicks: 1,
    comm: "x",
    cmdline: [],
    state: "S",
    uid: 0,
    gid: 0,
    cgroup: null,
    namespaces: new Map([["ipc", ipc]]),
    threads: [],
    descriptors: undefined,
    mappings: undefined,
    failures,
  };
  return [pid, process];
}

const refused = (what: string, errno: number): WalkFailure => ({ what, errno });

function gapsOf(processes: readonly (readonly [number, Process])[], changes = {}): string[][] {
  const walk = { processes: new Map(processes), vanished: 0, truncated: false, ...changes };
  const gaps = walkGaps({ walk, hidden: false, strange: false });
  return gaps.map(({ what, reason, count }) => [what, reason, String(count)]);
}

test("walkGaps() groups refusals by class and reason", () => {
  const processes = [
    seen(1, 1, refused("fd", -13), refused("syscall", -1)),
    seen(2, 1, refused("fd", -13)),
    seen(3, 1, refused("fd", -1), refused("maps", -13)),
    seen(4, 1, refused("maps", -7)),
  ];
  assert.deepEqual(gapsOf(processes), [
    ["descriptors", "EACCES", "2"],
    ["descriptors", "EPERM", "1"],
    ["mappings", "EACCES", "1"],
    ["mappings", "E2BIG", "1"],
    ["waits", "EPERM", "1"],
  ]);
});

test("walkGaps() does not call refused what was cut off", () => {
  const walk = {
    processes: new Map([seen(4, 1, refused("maps", -7))]),
    vanished: 0,
    truncated: false,
  };
  const [gap] = walkGaps({ walk, hidden: false, strange: false });
  const text = "The shared mappings of 1 process are more than the walk keeps; some are missing.";
  assert.equal(gap?.text, text);
});

test("walkGaps() tells of processes that ended and of a walk that was cut off", () => {
  assert.deepEqual(gapsOf([], { vanished: 2, truncated: true }), [
    ["processes", "vanished", "2"],
    ["processes", "truncated", "null"],
  ]);
});

test("walkGaps() finds nothing missing where nothing is", () => {
  assert.deepEqual(gapsOf([seen(1, 1)]), []);
});

test("walkGaps() makes each gap one sentence", () => {
  const walk = {
    processes: new Map([seen(1, 7, refused("fd", -13))]),
    vanished: 1,
    truncated: true,
  };
  const gaps = walkGaps({ walk, hidden: true, strange: false });
  assert.ok(gaps.length >= 3);
  for (const { text } of gaps) assert.match(text, /^[A-Z/1].*[^.]\.$/s);
});
