/** Shows when a circle of waiting is a deadlock, and when there is a way out. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold, Snapshot } from "../io/schema.ts";
import { waitGraph } from "./wait-graph.ts";

function holdOf(pid: number, object: string): Hold {
  return { pid, object, how: "descriptor", fd: 3, at: null, mode: null };
}

function circle(snapshot: Snapshot, pid: number): readonly string[] | undefined {
  const way = waitGraph(snapshot).deadlock(pid);
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

const ends = (pid: number, object: string, mode: Hold["mode"]): Hold => {
  return { ...holdOf(pid, object), mode };
};

/** 1 reads what 2 writes, and 2 reads what 1 writes; 3 shares what it cannot help with. */
const pair = machineOf({
  processes: [1, 2, 3].map((pid) => processOf(pid)),
  objects: [objectOf("box:1"), objectOf("box:2")],
  holds: [
    ends(1, "box:1", "read"),
    ends(2, "box:1", "write"),
    ends(2, "box:2", "read"),
    ends(1, "box:2", "write"),
    ends(3, "box:1", "read"),
  ],
  waits: [waitOf(1, "box:1", "read"), waitOf(2, "box:2", "read")],
});

test("deadlock() takes readers for no help to a reader, and writers for none to a writer", () => {
  assert.deepEqual(circle(pair, 1), ["1 box:1 holder", "2 box:2 holder"]);
  const helped = { ...pair, holds: [...pair.holds, ends(3, "box:1", "write")] };
  assert.equal(circle(helped, 1), undefined);
  const writing = [waitOf(1, "box:2", "write"), waitOf(2, "box:1", "write")];
  const freed = { ...pair, waits: writing };
  assert.equal(circle(freed, 1), undefined, "3 can read box:1");
  const full = { ...freed, holds: pair.holds.slice(0, 4) };
  assert.deepEqual(circle(full, 1), ["1 box:2 holder", "2 box:1 holder"]);
});

test("deadlock() follows a connection to its other end, and not to who shares ours", () => {
  const joined = machineOf({
    processes: [1, 2, 3].map((pid) => processOf(pid)),
    objects: [objectOf("end:1"), objectOf("end:2")],
    holds: [holdOf(1, "end:1"), holdOf(3, "end:1"), holdOf(2, "end:2")],
    waits: [waitOf(1, "end:1", "receive"), waitOf(2, "end:2", "send")],
    links: [{ from: "end:1", to: "end:2", kind: "test-stream", direction: "both" }],
  });
  assert.equal(circle(joined, 1), undefined, "3 may read what 2 sends");
  const alone = { ...joined, holds: joined.holds.filter(({ pid }) => pid !== 3) };
  assert.deepEqual(circle(alone, 1), ["1 end:1 peer", "2 end:2 peer"]);
});

test("deadlock() goes one way along what goes one way, and not along watching", () => {
  const oneWay = (from: string, to: string, kind = "test"): Snapshot => {
    return machineOf({
      processes: [1, 2].map((pid) => processOf(pid)),
      objects: [objectOf("end:1"), objectOf("end:2"), objectOf("lock:a")],
      holds: [holdOf(1, "end:1"), holdOf(2, "end:2"), holdOf(1, "lock:a")],
      waits: [waitOf(1, "end:1", "receive"), waitOf(2, "lock:a", "lock")],
      links: [{ from, to, kind, direction: "forward" }],
    });
  };
  assert.deepEqual(circle(oneWay("end:2", "end:1"), 1), ["1 end:1 joined", "2 lock:a holder"]);
  assert.deepEqual(circle(oneWay("end:1", "end:2"), 1), ["1 end:1 holder"]);
  assert.deepEqual(circle(oneWay("end:2", "end:1", "watches"), 1), ["1 end:1 holder"]);
});

test("deadlock() asks the owners alone where they are known, and just that thread", () => {
  const owned = (pid: number, object: string, tid: number, by: readonly [number, number]) => ({
    ...waitOf(pid, object, "lock"),
    tid,
    owners: [{ pid: by[0], tid: by[1], via: "test" }],
  });
  const threads = machineOf({
    processes: [processOf(1, { threads: 3 }), processOf(9)],
    objects: [objectOf("word:1"), objectOf("word:2")],
    holds: [holdOf(1, "word:1"), holdOf(9, "word:1")],
    waits: [owned(1, "word:1", 11, [1, 12]), owned(1, "word:2", 12, [1, 11])],
  });
  assert.deepEqual(circle(threads, 1), ["1 word:1 owner", "1 word:2 owner"]);
  const free = { ...threads, waits: threads.waits.slice(0, 1) };
  assert.equal(circle(free, 1), undefined);
});

test("deadlock() follows who waits for a process to that process", () => {
  const child = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [objectOf("lock:a")],
    holds: [holdOf(1, "lock:a")],
    waits: [waitOf(1, "pid:2", "wait"), waitOf(2, "lock:a", "lock")],
  });
  assert.deepEqual(circle(child, 1), ["1 pid:2 process", "2 lock:a holder"]);
});

test("deadlock() takes poll for stuck only where every alternative is, and somebody is not idle", () => {
  const polls = (object: string) => ({ ...waitOf(2, object, "read"), isOneOf: true as const });
  const three = {
    ...pair,
    objects: [...pair.objects, objectOf("box:3")],
    holds: [...pair.holds, ends(1, "box:3", "write"), ends(2, "box:3", "read")],
    waits: [waitOf(1, "box:1", "read"), polls("box:2"), polls("box:3")],
  };
  assert.equal(circle(three, 1)?.length, 2);
  const helped = { ...three, holds: [...three.holds, ends(3, "box:3", "write")] };
  assert.equal(circle(helped, 1), undefined);
  const unseen = { ...three, waits: three.waits.slice(0, 2) };
  assert.equal(circle(unseen, 1), undefined, "the other alternative is not seen");
  const both = three.waits.map((wait) => ({ ...wait, isOneOf: true as const }));
  const idle = [...both, { ...waitOf(1, "box:1", "write"), isOneOf: true as const }];
  assert.equal(circle({ ...three, waits: idle }, 1), undefined);
});

test("deadlock() sees a way out where work may come from outside, or somebody is not seen", () => {
  const [first, second] = pair.waits;
  assert.ok(first && second);
  for (const other of [
    { ...second, operation: "accept" },
    { ...second, syscall: "epoll_wait" },
    { ...second, syscall: "rt_sigtimedwait" },
    { ...second, object: "box:9" },
  ]) {
    assert.equal(circle({ ...pair, waits: [first, other] }, 1), undefined, other.syscall);
  }
  const unknown = { holders: "2 are not visible" };
  const objects = [objectOf("box:1", { unknown }), objectOf("box:2")];
  assert.equal(circle({ ...pair, objects }, 1), undefined);
});

test("deadlock() is found quickly among 2,000 processes that share an object", () => {
  const pids = Array.from({ length: 2_000 }, (_, index) => index + 1);
  const next = (pid: number): number => (pid % pids.length) + 1;
  const shared = pids.flatMap((pid) => [ends(pid, "box:0", "read"), ends(pid, "box:0", "write")]);
  const ring = machineOf({
    processes: pids.map((pid) => processOf(pid)),
    objects: ["0", ...pids].map((id) => objectOf(`box:${id}`)),
    holds: [...shared, ...pids.flatMap((pid) => [holdOf(pid, `box:${pid}`)])],
    waits: pids.map((pid) =>
      pid % 2 ? waitOf(pid, "box:0", "read") : waitOf(pid, `box:${next(pid)}`, "lock"),
    ),
  });
  circle(ring, 1);
  const begun = performance.now();
  assert.ok(circle(ring, 1));
  assert.ok(circle(ring, 2));
  // Some 25 milliseconds each; the limit allows for a machine that does other things.
  assert.ok(performance.now() - begun < 1_000);
});
