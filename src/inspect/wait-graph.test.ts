/** Shows when a circle of waiting is a deadlock, and when there is a way out. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold, Snapshot } from "../io/schema.ts";
import { deadlock, waitGraph } from "./wait-graph.ts";

function holdOf(pid: number, object: string): Hold {
  return { pid, object, how: "descriptor", fd: 3, at: null, mode: null };
}

function circle(snapshot: Snapshot, pid: number): readonly string[] | undefined {
  const way = deadlock(waitGraph(snapshot), pid);
  return way?.map(({ wait, role }) => `${wait.pid} ${wait.object} ${role}`);
}

/** 1 holds lock:a and waits for lock:b, which 2 holds, who waits for lock:a. */
const locks = machineOf({
  processes: [processOf(1), processOf(2)],
  objects: [objectOf("lock:a"), objectOf("lock:b")],
  holds: [holdOf(1, "lock:a"), holdOf(2, "lock:b")],
  waits: [waitOf(1, "lock:b", "lock"), waitOf(2, "lock:a", "lock")],
});

test("deadlock() finds the circle of two locks, from either side", () => {
  assert.deepEqual(circle(locks, 1), ["1 lock:b holder", "2 lock:a holder"]);
  assert.deepEqual(circle(locks, 2), ["2 lock:a holder", "1 lock:b holder"]);
});

test("deadlock() finds none where a holder is free to go on", () => {
  const free = { ...locks, waits: [waitOf(1, "lock:b", "lock")] };
  assert.equal(circle(free, 1), undefined);
});

test("deadlock() finds none where one of the waits ends after a time", () => {
  const [first, second] = [waitOf(1, "lock:b", "lock"), waitOf(2, "lock:a", "lock")];
  assert.equal(circle({ ...locks, waits: [first, { ...second, isTimed: true }] }, 1), undefined);
  assert.equal(circle({ ...locks, waits: [{ ...first, isTimed: true }, second] }, 1), undefined);
});

test("deadlock() finds none where another thread of a process is free", () => {
  const threaded = { ...locks, processes: [processOf(1), processOf(2, { threads: 2 })] };
  assert.equal(circle(threaded, 1), undefined);
});

test("deadlock() finds none where a third process could help", () => {
  const helped = { ...locks, holds: [...locks.holds, holdOf(3, "lock:b")] };
  assert.equal(circle({ ...helped, processes: [...locks.processes, processOf(3)] }, 1), undefined);
});

test("deadlock() finds the upgrade of a lock that two share", () => {
  const upgrade = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [objectOf("lock:a")],
    holds: [holdOf(1, "lock:a"), holdOf(2, "lock:a")],
    waits: [waitOf(1, "lock:a", "lock"), waitOf(2, "lock:a", "lock")],
  });
  assert.deepEqual(circle(upgrade, 1), ["1 lock:a holder", "2 lock:a holder"]);
});

test("deadlock() follows who last did the opposite, and not who last did the same", () => {
  const queues = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [
      objectOf("msg:1", { details: { lastSendPid: 2, lastReceivePid: 1 } }),
      objectOf("msg:2", { details: { lastSendPid: 1, lastReceivePid: 2 } }),
    ],
    waits: [waitOf(1, "msg:1", "receive"), waitOf(2, "msg:2", "receive")],
  });
  assert.deepEqual(circle(queues, 1), ["1 msg:1 lastSend", "2 msg:2 lastSend"]);
  const sameOnly = { ...queues, objects: [objectOf("msg:1", { details: { lastReceivePid: 2 } })] };
  assert.equal(circle(sameOnly, 1), undefined);
});

test("deadlock() follows the last operators of the parts that are waited for, and of no others", () => {
  const part = (index: number, pid: number) => ({
    address: `sem:1/${index}`,
    used: {},
    details: { lastOperatorPid: pid },
  });
  const wait = (pid: number, index: number) => ({
    ...waitOf(pid, "sem:1", "operate"),
    parts: [`sem:1/${index}`],
  });
  const set = machineOf({
    processes: [processOf(1), processOf(2), processOf(3)],
    objects: [objectOf("sem:1", { parts: [part(0, 1), part(1, 2), part(2, 3)] })],
    waits: [wait(1, 1), wait(2, 0)],
  });
  assert.deepEqual(circle(set, 1), ["1 sem:1 lastOperator", "2 sem:1 lastOperator"]);
  assert.equal(circle({ ...set, waits: [wait(1, 1), wait(2, 2)] }, 1), undefined);
});

test("deadlock() ignores who has ended", () => {
  const gone = machineOf({
    processes: [processOf(1)],
    objects: [objectOf("msg:1", { details: { lastSendPid: 77 } })],
    waits: [waitOf(1, "msg:1", "receive")],
  });
  assert.equal(circle(gone, 1), undefined);
});

test("deadlock() is quick where thousands wait for each other", () => {
  const pids = Array.from({ length: 20_000 }, (_, index) => index + 1);
  const crowd = machineOf({
    processes: pids.map((pid) => processOf(pid)),
    objects: [objectOf("msg:1")],
    waits: pids.map((pid) => waitOf(pid, "msg:1", pid % 2 === 0 ? "send" : "receive")),
  });
  const begun = performance.now();
  assert.equal(circle(crowd, 1)?.length, 2);
  // Pairs would be a hundred million; this takes some tens of milliseconds.
  assert.ok(performance.now() - begun < 2_000);
});
