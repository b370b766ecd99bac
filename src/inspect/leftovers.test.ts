/** Shows what is safe to remove, and what is not any more. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { findingOf, machineOf, objectOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Finding, Snapshot } from "../io/schema.ts";
import { leftovers, objectionTo } from "./leftovers.ts";

const leak = (id: number, removal?: Finding["removal"]): Finding => {
  const finding = findingOf("box-leaked", `box:${id}`);
  return removal === undefined ? finding : { ...finding, removal };
};

const machine = machineOf({
  objects: [1, 2, 3, 4].map((id) => objectOf(`box:${id}`, { used: { bytes: id } })),
  findings: [leak(1, "keep"), leak(2), leak(3, "safe"), leak(4, "safe"), leak(9, "safe")],
});

const classes = (snapshot: Snapshot): string[] =>
  leftovers(snapshot).map(({ object, removal }) => `${object.address} ${removal}`);

test("leftovers() gives what is safe to remove first, and no more than the rooms say", () => {
  assert.deepEqual(classes(machine), ["box:3 safe", "box:4 safe", "box:2 likely", "box:1 keep"]);
});

test("leftovers() keeps what the snapshot shows to be used, or cannot show all users of", () => {
  const objects = machine.objects.map((object) =>
    object.address === "box:4" ? { ...object, unknown: { holders: "1 is not visible" } } : object,
  );
  const waits = [waitOf(1, "box:3", "read")];
  assert.deepEqual(classes({ ...machine, objects, waits }), [
    "box:2 likely",
    "box:1 keep",
    "box:3 keep",
    "box:4 keep",
  ]);
});

test("objectionTo() objects unless it is the very same object, and safe still", () => {
  const [first] = leftovers(machine);
  assert.ok(first);
  assert.equal(objectionTo(first, machine), undefined);
  assert.equal(objectionTo(first, machineOf({})), "it is gone");
  const objects = [objectOf("box:3", { used: { bytes: 9 } })];
  assert.equal(objectionTo(first, { ...machine, objects }), "it has changed meanwhile");
  const findings = [leak(3, "likely")];
  assert.match(objectionTo(first, { ...machine, findings }) ?? "", /does not call it safe/);
});
