/** What is concluded from a set and its waiters, in the words that a person reads. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { processIn } from "../../../tests/inspect/table.ts";
import { findingOf, type SemaphoreState, type SetFacts } from "./sysv-findings.ts";
import type { SetWait } from "./sysv-waits.ts";

const owner = { uid: 0, gid: 0, creatorUid: 0, creatorGid: 0, mode: 0o600, sequence: 0 };

function semaphore(value: number, lastPid: number): SemaphoreState {
  return { value, lastPid, increase: 0, zero: 0 };
}

function waiter(pid: number, index: number, by = -1, tid = pid): SetWait {
  const operations = [{ index, by, undo: false }];
  return { pid, tid, id: 0, syscall: "semop", isTimed: false, operations };
}

/** Processes 1, 11 and 12 are there; 99 is not. */
function facts(semaphores: readonly SemaphoreState[], parts: Partial<SetFacts> = {}): SetFacts {
  const dates = { operatedAt: new Date(1_000), changedAt: new Date(0) };
  return {
    status: { id: 0, key: 0, ...owner, count: semaphores.length, ...dates },
    values: semaphores.map(({ value }) => value),
    semaphores,
    waits: [],
    processes: new Map([1, 11, 12].map((pid) => [pid, processIn(pid)])),
    isGone: (pid) => pid > 90,
    nowMs: 10_000,
    ...parts,
  };
}

test("findingOf() says nothing of a set that is in use, waited for or not", () => {
  assert.equal(findingOf(facts([semaphore(1, 11)])), undefined);
  assert.equal(findingOf(facts([semaphore(0, 11)], { waits: [waiter(12, 0)] })), undefined);
  // A server that took the last job itself, and waits for the next.
  assert.equal(findingOf(facts([semaphore(0, 12)], { waits: [waiter(12, 0)] })), undefined);
  // Nobody ever operated, or somebody of another PID namespace did.
  assert.equal(findingOf(facts([semaphore(0, 0)], { waits: [waiter(12, 0)] })), undefined);
});

test("findingOf() names a semaphore whose last taker ended without giving it back", () => {
  const semaphores = [semaphore(1, 11), semaphore(0, 99)];
  const found = findingOf(facts(semaphores, { waits: [waiter(11, 1), waiter(12, 1, -2)] }));
  assert.equal(found?.rule, "semaphore-taker-gone");
  assert.equal(found?.severity, "warning");
  assert.deepEqual(found?.objects, ["sem:0", "sem:0/1"]);
  assert.deepEqual(found?.processes, [11, 12]);
  assert.deepEqual(found?.text, [
    "sem:0 has 2 semaphores: 1, 0.",
    "p11 (11) is blocked in semop for semaphore 1 to be at least 1, which is 0.",
    "p12 (12) is blocked in semop for semaphore 1 to be at least 2, which is 0.",
    "The last to operate on semaphore 1 was pid 99, which is gone.",
    "=> what it gave back at its end, with SEM_UNDO, is not enough, or it gave nothing back: the wait " +
      "lasts until another process operates on it.",
  ]);
  const hidden = { waits: [waiter(11, 1)], isGone: () => false };
  assert.equal(findingOf(facts(semaphores, hidden)), undefined);
});

test("findingOf() names the circle of two that took what the other wants", () => {
  const semaphores = [semaphore(0, 11), semaphore(0, 12)];
  const waits = [waiter(11, 1), waiter(12, 0)];
  const found = findingOf(facts(semaphores, { waits }));
  assert.equal(found?.rule, "semaphore-deadlock");
  assert.equal(found?.severity, "warning");
  assert.deepEqual(found?.objects, ["sem:0", "sem:0/1", "sem:0/0"]);
  assert.match(found?.text[1] ?? "", / The last to operate on semaphore 1 was p12 \(12\)\.$/);
  assert.match(found?.text.at(-1) ?? "", /^=> each waits for what the next one operated on last/);
  const timed = waits.map((wait) => ({ ...wait, isTimed: wait.pid === 12 }));
  assert.equal(findingOf(facts(semaphores, { waits: timed })), undefined);
});

test("findingOf() takes those who meet at a barrier for no circle", () => {
  const semaphores = [semaphore(1, 11), semaphore(1, 12)];
  const arrived = [waiter(11, 1, 0), waiter(12, 0, 0)];
  assert.equal(findingOf(facts(semaphores, { waits: arrived })), undefined);
  const counting = [waiter(11, 1, -3), waiter(12, 0, -3)];
  assert.equal(findingOf(facts(semaphores, { waits: counting })), undefined);
});

test("findingOf() concludes nothing of a wait that is over by the values read since", () => {
  const waits = [waiter(11, 1), waiter(12, 0)];
  assert.equal(findingOf(facts([semaphore(1, 99), semaphore(1, 99)], { waits })), undefined);
  assert.equal(findingOf(facts([semaphore(1, 11), semaphore(1, 12)], { waits })), undefined);
});

test("findingOf() sees no circle where one of them waits for somebody else as well", () => {
  const semaphores = [semaphore(0, 11), semaphore(0, 12), semaphore(0, 1)];
  const waits = [waiter(11, 1), waiter(12, 0), waiter(12, 2, -1, 13)];
  const threads = [12, 13].map((tid) => ({ tid, syscall: undefined }));
  const processes = new Map([
    [11, processIn(11)],
    [12, processIn(12, { threads })],
  ]);
  assert.equal(findingOf(facts(semaphores, { waits, processes })), undefined);
});

test("findingOf() finds the circle at the end of a long way, and names a few of the many", () => {
  const count = 20_000;
  const pids = Array.from({ length: count }, (_, index) => index + 1000);
  // Each waits for the next one; the last two for each other.
  const lastPids = pids.map((pid) => (pid === 999 + count ? pid - 1 : pid + 1));
  const semaphores = lastPids.map((pid) => semaphore(0, pid));
  const waits = pids.map((pid, index) => waiter(pid, index));
  const processes = new Map(pids.map((pid) => [pid, processIn(pid)]));
  const found = findingOf(facts(semaphores, { waits, processes }));
  assert.deepEqual(found?.processes, pids.slice(-2));
  const abandoned = {
    waits: waits.map((wait) => ({ ...wait, operations: waiter(1, 0).operations })),
  };
  const gone = findingOf(facts([semaphore(0, 99)], { ...abandoned, processes }));
  assert.equal(gone?.rule, "semaphore-taker-gone");
  assert.equal(gone?.processes.length, count);
  assert.ok((gone?.text.length ?? 0) < 20);
});

test("findingOf() sees no circle where one of them has a thread that is free", () => {
  const semaphores = [semaphore(0, 11), semaphore(0, 12)];
  const waits = [waiter(11, 1), waiter(12, 0)];
  const threads = [12, 13].map((tid) => ({ tid, syscall: undefined }));
  const processes = new Map([
    [11, processIn(11)],
    [12, processIn(12, { threads })],
  ]);
  assert.equal(findingOf(facts(semaphores, { waits, processes })), undefined);
  const both = [...waits, waiter(12, 0, -1, 13)];
  const found = findingOf(facts(semaphores, { waits: both, processes }));
  assert.equal(found?.rule, "semaphore-deadlock");
});

test("findingOf() concludes nothing about what it could not read", () => {
  const semaphores = [semaphore(0, 99)];
  const blind: SetWait = { ...waiter(11, 0), operations: undefined };
  assert.equal(findingOf(facts(semaphores, { waits: [blind] })), undefined);
  const unread = { values: undefined, semaphores: [], waits: [waiter(11, 0)] };
  assert.equal(findingOf(facts(semaphores, unread)), undefined);
});

test("findingOf() takes a set for left over when all who used it are gone for long", () => {
  const old = { nowMs: 62_000 };
  const semaphores = [semaphore(1, 99), semaphore(0, 0), semaphore(5, 98)];
  const found = findingOf(facts(semaphores, old));
  assert.equal(found?.rule, "semaphore-leaked");
  assert.equal(found?.removal, "likely");
  assert.equal(found?.severity, "info");
  assert.deepEqual(found?.text, [
    "sem:0 has 3 semaphores: 1, 0, 5.",
    "Pids 99, 98, the last to operate on its semaphores, are all gone, and nobody waits.",
    "Who made it, and who will still use it, the kernel does not record.",
    "=> it may be left over; if so: ipc rm sem:0",
  ]);
  const none = (changed: SetFacts): void => assert.equal(findingOf(changed), undefined);
  none(facts(semaphores, { nowMs: 60_000 }));
  none(facts([...semaphores, semaphore(0, 11)], old));
  none(facts([semaphore(0, 0)], old));
  none(facts(semaphores, { ...old, isGone: () => false }));
  none(facts([{ ...semaphore(0, 99), zero: 1 }], old));
  const { status } = facts(semaphores);
  none(facts(semaphores, { ...old, status: { ...status, count: 300 } }));
});
