/** Shows what hangs on a process. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold } from "../io/schema.ts";
import { type Branch, tree } from "./tree.ts";

const holdOf = (pid: number, object: string, mode: Hold["mode"], fd: number): Hold => {
  return { pid, object, how: "descriptor", fd, at: null, mode };
};

const machine = machineOf({
  processes: [
    processOf(1, { ppid: 0 }),
    ...[2, 3, 4].map((pid) => processOf(pid, { ppid: pid === 2 ? 1 : 9 })),
  ],
  objects: [
    objectOf("box:1"),
    objectOf("end:1"),
    objectOf("end:2"),
    objectOf("end:3"),
    objectOf("old:1", { details: { lastSendPid: 1 } }),
  ],
  holds: [
    holdOf(1, "box:1", "read", 3),
    holdOf(2, "box:1", "write", 4),
    holdOf(2, "box:1", "write", 5),
    holdOf(3, "box:1", "read", 3),
    holdOf(1, "end:1", "read-write", 6),
    holdOf(4, "end:2", "read-write", 7),
    holdOf(3, "end:3", "read-write", 8),
  ],
  waits: [waitOf(1, "box:1", "read"), waitOf(4, "end:2", "write")],
  links: [
    { from: "end:1", to: "end:2", kind: "test-stream", direction: "both" },
    { from: "end:3", to: "end:1", kind: "test-datagram", direction: "forward" },
  ],
});

function branch(address: string): Branch {
  const found = tree(machine, 1)?.branches.find((one) => one.address === address);
  assert.ok(found);
  return found;
}

const endsOf = (address: string): unknown[] =>
  branch(address).ends.map(({ pid, direction, fds, link }) => [pid, direction, fds, link]);

test("tree() tells by the directions who gives, who takes and who stands beside", () => {
  assert.deepEqual(endsOf("box:1"), [
    [2, "in", [4, 5], null],
    [3, "beside", [3], null],
  ]);
  assert.deepEqual(branch("box:1").waits, [machine.waits[0]]);
});

test("tree() goes over links to the other ends", () => {
  assert.deepEqual(endsOf("end:1"), [
    [4, "both", [7], "test-stream"],
    [3, "in", [8], "test-datagram"],
  ]);
  assert.deepEqual(branch("end:1").ends[0]?.waits, [machine.waits[1]]);
});

test("tree() names what a process was the last to use, and its children", () => {
  assert.deepEqual(
    branch("old:1").uses.map(({ role }) => role),
    ["lastSend"],
  );
  assert.deepEqual(
    tree(machine, 1)?.children.map(({ pid }) => pid),
    [2],
  );
  assert.equal(tree(machine, 77), undefined);
});
