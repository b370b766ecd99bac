/** Shows who has to do with an object, and what a process has to do with. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import { findObject, subjectOf } from "./find.ts";
import { who } from "./who.ts";

const details = { id: 1, lastSendPid: 1, lastReceivePid: 77, otherPid: 0 };
const machine = machineOf({
  processes: [processOf(1), processOf(2)],
  objects: [objectOf("msg:1", { aliases: ["msg:0x0000002a"], details }), objectOf("msg:2")],
  holds: [{ pid: 2, object: "msg:1", how: "descriptor", fd: 3, at: null, mode: "read" }],
  waits: [waitOf(1, "msg:1", "send"), waitOf(2, "msg:2", "receive")],
  links: [{ from: "msg:1", to: "msg:2", kind: "test", direction: "both" }],
});

test("who() finds the holders, waiters, last users and links of an object", () => {
  const answer = who(machine, "msg:1");
  assert.equal(answer?.subject, "msg:1");
  assert.equal(answer?.object, machine.objects[0]);
  assert.deepEqual(answer?.holds, machine.holds);
  assert.deepEqual(answer?.waits, [machine.waits[0]]);
  assert.deepEqual(answer?.uses, [
    { object: "msg:1", pid: 1, role: "lastSend", seen: true },
    { object: "msg:1", pid: 77, role: "lastReceive", seen: false },
  ]);
  assert.deepEqual(answer?.links, machine.links);
});

test("who() finds everything a process holds, waits for and has used", () => {
  const first = who(machine, "pid:1");
  assert.equal(first?.process?.comm, "p1");
  assert.deepEqual(first?.waits, [machine.waits[0]]);
  assert.deepEqual(
    first?.uses.map(({ role }) => role),
    ["lastSend"],
  );
  const second = who(machine, 2);
  assert.deepEqual(second?.holds, machine.holds);
  assert.deepEqual(second?.links, machine.links);
});

test("who() gives undefined for what is not there", () => {
  assert.equal(who(machine, "msg:9"), undefined);
  assert.equal(who(machine, 9), undefined);
});

test("findObject() takes every form of an address", () => {
  for (const address of ["msg:1", "msg:0x2a", "msg:0x0000002A"]) {
    assert.equal(findObject(machine, address)?.address, "msg:1", address);
  }
  assert.equal(findObject(machine, "pid:1"), undefined);
});

/** Three processes wait on a set of two parts: one for each part, one for what is not known. */
const set = machineOf({
  processes: [1, 2, 3].map((pid) => processOf(pid)),
  objects: [
    objectOf("sem:1", {
      aliases: ["sem:0x0000002a"],
      parts: [0, 1].map((index) => ({
        address: `sem:1/${index}`,
        used: { value: index },
        details: { lastOperatorPid: index + 7, otherPid: 3 },
      })),
    }),
  ],
  waits: [
    { ...waitOf(1, "sem:1", "operate"), parts: ["sem:1/0"] },
    { ...waitOf(2, "sem:1", "operate"), parts: ["sem:1/1"] },
    waitOf(3, "sem:1", "operate"),
  ],
});

test("who() narrows the waits and the uses to the part that was asked about", () => {
  const answer = who(set, "sem:0x2a/1");
  assert.deepEqual([answer?.subject, answer?.part], ["sem:1/1", "sem:1/1"]);
  assert.equal(answer?.object, set.objects[0]);
  assert.deepEqual(
    answer?.waits.map(({ pid }) => pid),
    [2, 3],
  );
  assert.deepEqual(
    answer?.uses.map(({ pid, role, part }) => [pid, role, part]),
    [
      [8, "lastOperator", "sem:1/1"],
      [3, "other", "sem:1/1"],
    ],
  );
});

test("who() names who used several parts once, when asked about all of them", () => {
  const answer = who(set, "sem:1");
  assert.equal(answer?.waits.length, 3);
  assert.deepEqual(
    answer?.uses.map(({ pid, role, part }) => [pid, role, part]),
    [
      [7, "lastOperator", "sem:1/0"],
      [3, "other", undefined],
      [8, "lastOperator", "sem:1/1"],
    ],
  );
});

test("findObject() finds the whole of a part, and a part that was not looked at", () => {
  assert.equal(findObject(set, "sem:1/0")?.address, "sem:1");
  assert.equal(findObject(set, "sem:1/2"), undefined);
  const objects = set.objects.map((object) => ({ ...object, unknown: { parts: "EACCES" } }));
  assert.equal(findObject({ ...set, objects }, "sem:1/2")?.address, "sem:1");
  assert.equal(who(machine, "sem:1/0"), undefined);
});

test("subjectOf() reads pids and addresses, and says what it accepts", () => {
  assert.deepEqual(subjectOf("pid:12"), { pid: 12 });
  assert.deepEqual(subjectOf(12), { pid: 12 });
  assert.deepEqual(subjectOf("msg:3"), { address: "msg:3" });
  for (const wrong of ["", "pid:", "pid:0", "nope:1", "0", -1, "99999999999", "msg"]) {
    assert.throws(() => subjectOf(wrong), /expected one of pid:N, .*msg:ID/, String(wrong));
  }
});
