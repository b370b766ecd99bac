/** Shows who has to do with an object, and what a process has to do with. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold } from "../io/schema.ts";
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

/** Two processes, joined by the two ends of a connection; a child shares the second end. */
const joined = machineOf({
  processes: [1, 2, 3].map((pid) => processOf(pid)),
  objects: [objectOf("end:1"), objectOf("end:2"), objectOf("end:3")],
  holds: [holdAt(1, "end:1", 4), holdAt(2, "end:2", 5), holdAt(3, "end:2", 5)],
  waits: [waitOf(2, "end:2", "read")],
  links: [{ from: "end:1", to: "end:2", kind: "test-stream", direction: "both" }],
});

function holdAt(pid: number, object: string, fd: number): Hold {
  return { pid, object, how: "descriptor", fd, at: null, mode: "read-write" };
}

test("who() finds what a descriptor is open on, and who is at the other end", () => {
  const answer = who(joined, "pid:1/fd/4");
  assert.deepEqual([answer?.subject, answer?.descriptor], ["pid:1/fd/4", { pid: 1, fd: 4 }]);
  assert.equal(answer?.object?.address, "end:1");
  assert.deepEqual(
    answer?.peers.map(({ address }) => address),
    ["end:2"],
  );
  assert.deepEqual(
    answer?.peerHolds.map(({ pid }) => pid),
    [2, 3],
  );
  assert.deepEqual(answer?.peerWaits, joined.waits);
  assert.equal(who(joined, "pid:1/fd/9"), undefined);
  assert.equal(findObject(joined, "pid:2/fd/5")?.address, "end:2");
});

test("who() prefers what a descriptor is open on to what is locked through it", () => {
  const locked = { ...holdAt(1, "end:3", 4), how: "lock" as const };
  const machine = { ...joined, holds: [locked, ...joined.holds] };
  assert.equal(who(machine, "pid:1/fd/4")?.object?.address, "end:1");
  assert.equal(who({ ...joined, holds: [locked] }, "pid:1/fd/4")?.object?.address, "end:3");
});

test("who() answers for a process with those at the other ends of what it holds", () => {
  const answer = who(joined, 1);
  assert.deepEqual(
    answer?.peerHolds.map(({ pid }) => pid),
    [2, 3],
  );
});

test("who() is linear in the holders of an object", () => {
  const holds = Array.from({ length: 60_000 }, (_, index) => holdAt(index + 1, "end:1", 3));
  const processes = holds.map(({ pid }) => processOf(pid));
  const begun = performance.now();
  assert.equal(who({ ...joined, holds, processes }, "pid:1/fd/3")?.holds.length, 60_000);
  assert.ok(performance.now() - begun < 1_000);
});

test("findObject() finds what lives in another namespace by its inode number", () => {
  const own = objectOf("msg:0");
  const other = objectOf("@77/msg:0", { namespace: 77, aliases: ["@77/msg:0x0000002a"] });
  const same = machineOf({ objects: [own, other] });
  assert.equal(findObject(same, "msg:0"), own);
  assert.equal(findObject(same, "@77/msg:0"), other);
  assert.equal(findObject(same, "@77/msg:0x2A"), other);
  assert.equal(findObject(same, "@1/msg:0"), own);
  assert.equal(findObject(same, "@78/msg:0"), undefined);
  const parts = [{ address: "@77/sem:1/0", used: {}, details: {} }];
  const set = objectOf("@77/sem:1", { namespace: 77, parts });
  assert.equal(findObject(machineOf({ objects: [set] }), "@77/sem:1/0"), set);
});

test("findObject() knows no part beyond those that an object has", () => {
  const many = objectOf("sem:1", { partCount: 1000, unknown: { parts: "only the first" } });
  assert.equal(findObject(machineOf({ objects: [many] }), "sem:1/999"), many);
  assert.equal(findObject(machineOf({ objects: [many] }), "sem:1/1000"), undefined);
});

test("subjectOf() reads descriptors and namespaces", () => {
  assert.deepEqual(subjectOf("pid:12/fd/0"), { descriptor: { pid: 12, fd: 0 } });
  assert.deepEqual(subjectOf("@4026532178/msg:0x2A"), { address: "@4026532178/msg:0x0000002a" });
  for (const wrong of ["pid:1/fd/", "pid:1/fd/-1", "1/fd/2", "@/msg:0", "@5/pid:1", "@5/7"]) {
    assert.throws(() => subjectOf(wrong), { name: "RangeError" }, wrong);
  }
});
