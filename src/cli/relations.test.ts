/** Shows the rows that who and show make of a snapshot. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import { type Hold, type Snapshot, who } from "../inspect/index.ts";
import { type Relation, relationsOf } from "./relations.ts";

const holdOf = (pid: number, object: string, fd: number): Hold => {
  return { pid, object, how: "descriptor", fd, at: null, mode: "read-write" };
};

const machine = machineOf({
  processes: [1, 2].map((pid) => processOf(pid, { uid: null })),
  objects: [1, 2, 3, 4].map((id) => objectOf(`msg:${id}`)),
  holds: [
    holdOf(1, "msg:1", 3),
    holdOf(2, "msg:2", 4),
    holdOf(1, "msg:3", 5),
    holdOf(1, "msg:4", 6),
  ],
  waits: [waitOf(2, "msg:2", "read")],
  links: [
    { from: "msg:1", to: "msg:2", kind: "test-stream", direction: "both" },
    { from: "msg:4", to: "msg:3", kind: "test-pair", direction: "forward" },
  ],
});

function rows(snapshot: Snapshot, asked: string): Relation[] {
  const found = who(snapshot, asked);
  assert.ok(found);
  return relationsOf(snapshot, found);
}

test("relationsOf() tells of an object who is at its other end", () => {
  assert.deepEqual(rows(machine, "msg:1").slice(1), [
    {
      other: "msg:2",
      owner: "",
      does: "⇄ test-stream",
      detail: "held by p2[2] fd 4; p2[2] waits to read",
    },
  ]);
  const unheld = { ...machine, holds: machine.holds.slice(0, 1), waits: [] };
  assert.equal(rows(unheld, "msg:1").at(-1)?.detail, "nobody is seen to hold it");
});

test("relationsOf() tells of a process what its objects are joined to, its own too", () => {
  const links = rows(machine, "pid:1").filter(({ does }) => /[⇄→←]/.test(does));
  assert.deepEqual(
    links.map(({ other, does, detail }) => [other, does, detail]),
    [
      ["msg:1", "⇄ test-stream", "msg:2  held by p2[2] fd 4; p2[2] waits to read"],
      ["msg:4", "→ test-pair", "msg:3  held by itself"],
    ],
  );
});

test("relationsOf() names a lock as what it is", () => {
  const lock: Hold = { ...holdOf(1, "msg:1", 3), how: "lock", mode: "write" };
  const [first] = rows({ ...machine, holds: [lock], links: [] }, "msg:1");
  assert.deepEqual([first?.does, first?.detail], ["has it locked, fd 3", "write"]);
});
