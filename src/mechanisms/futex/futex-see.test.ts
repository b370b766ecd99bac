/** Seeing futexes, in tables of processes made for the test. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { callOf, mappingOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Sight } from "../../io/room.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import { ownWaits, seeFutexes } from "./futex-see.ts";

const FUTEX = process.arch === "x64" ? 202 : 98;
const start = 0x7f0000000000n;
const device = { major: 0, minor: 2 ** 19 };
const mappings = [mappingOf(7, "/x", device)];
/** As viewOf() has it. */
const here = new Map([
  ["ipc", 1],
  ["pid", 1],
]);

/** A process whose threads each are in a call, or in none. */
function processOf(pid: number, calls: readonly (readonly bigint[])[], changes = {}): Process {
  const threads = calls.map((values, index) => {
    const syscall = values.length === 0 ? undefined : callOf(FUTEX, values);
    return { tid: pid + index, syscall };
  });
  return processIn(pid, { mappings, namespaces: here, threads, ...changes });
}

function mutex(...words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

function see(memory: Uint8Array | undefined, ...processes: readonly Process[]): Sight {
  const words = memory === undefined ? new Map() : new Map([[start, memory]]);
  return seeFutexes(viewOf(processes, words));
}

const waiting = [start, 0n, 2n] as const;
const held = mutex(2, 0, 11, 1, 128);

test("see() names an owner who lives, shares the memory and is of our namespace", () => {
  const sight = see(held, processOf(11, [[]]), processOf(12, [waiting]));
  assert.deepEqual(sight.waits[0]?.owners, [{ pid: 11, tid: 11, via: "glibc mutex" }]);
  const elsewhere = { namespaces: new Map([["pid", 2]]) };
  const doubted = [
    see(held, processOf(11, [[]], elsewhere), processOf(12, [waiting])),
    see(held, processOf(11, [[]]), processOf(12, [waiting], elsewhere)),
    see(held, processOf(11, [[]], { mappings: [] }), processOf(12, [waiting])),
    see(mutex(2, 0, 11, 1, 0), processOf(11, [[]]), processOf(12, [waiting])),
    see(undefined, processOf(11, [[]]), processOf(12, [waiting])),
  ];
  for (const { waits, findings, holds } of doubted) {
    assert.deepEqual([waits.length, waits[0]?.owners, waits[0]?.operation], [1, undefined, "wait"]);
    assert.deepEqual([findings, holds], [[], []]);
  }
});

test("see() reads the owner of a robust or inheriting mutex from its word", () => {
  const robust = [start, 0n, 0x8000000bn] as const;
  const word = mutex(0x8000000b, 0, 0, 0, 0);
  const found = see(word, processOf(11, [[]]), processOf(12, [robust]));
  assert.deepEqual(found.waits[0]?.owners, [{ pid: 11, tid: 11, via: "robust futex" }]);
  const inheriting = see(word, processOf(11, [[]]), processOf(12, [[start, 6n, 0n]]));
  assert.deepEqual(inheriting.waits[0]?.owners, [{ pid: 11, tid: 11, via: "PI futex" }]);
  const nobody = see(mutex(0x80000000), processOf(12, [[start, 6n, 0n]]));
  assert.equal(nobody.waits[0]?.text, "the mutex, whose holder is not seen");
});

test("see() says that an owner is gone only where more than the word speaks for it", () => {
  const gone = see(held, processOf(12, [waiting]));
  assert.equal(gone.findings[0]?.rule, "mutex-owner-gone");
  const zombie = processIn(11, { state: "Z", threads: [] });
  assert.equal(see(held, zombie, processOf(12, [waiting])).findings.length, 1);
  const word = see(mutex(0x8000000b, 0, 0, 0, 0), processOf(12, [[start, 0n, 0x8000000bn]]));
  assert.deepEqual([word.findings, word.waits[0]?.owners], [[], undefined]);
});

test("see() joins who waits on one word through different mappings", () => {
  const moved = [mappingOf(7, "/x", { ...device, start: start * 2n, end: start * 2n + 4096n })];
  const second = processOf(12, [[start * 2n + 8n, 0n, 5n]], { mappings: moved });
  const { objects, waits } = see(undefined, processOf(11, [[start + 8n, 0n, 5n]]), second);
  assert.deepEqual(
    objects.map(({ address, details }) => [address, details["waiters"]]),
    [["futex:0:524288:7+0x8", 2]],
  );
  assert.equal(waits.length, 2);
  assert.match(waits[0]?.text ?? "", /^the word at 0x7f0000000008 to change from 5$/);
});

test("see() says nothing of a process's own words, unless one of its threads has the mutex", () => {
  const own = [start, 128n, 2n] as const;
  const idle = [start, 128n, 0n] as const;
  const quiet = see(mutex(2, 0, 99, 1, 0), processOf(11, [[], own, idle]), processOf(99, [[]]));
  assert.deepEqual([quiet.objects, quiet.waits], [[], []]);
  const { objects, waits } = see(mutex(2, 0, 11, 1, 0), processOf(11, [[], own, idle]));
  assert.deepEqual(
    objects.map(({ address }) => address),
    ["futex:11/0x7f0000000000"],
  );
  assert.equal(waits[0]?.text, "the mutex that its own thread 11 holds");
  const counts = ownWaits(viewOf([processOf(11, [[], own, idle])]));
  assert.equal(counts.get(11), 2);
});

test("see() finds a circle of threads, and none where one of them gives up after a time", () => {
  const second = start + 2048n;
  const memory = new Map([
    [start, mutex(2, 0, 12, 1, 128)],
    [second, mutex(2, 0, 11, 1, 128)],
  ]);
  const circle = [processOf(11, [waiting]), processOf(12, [[second, 0n, 2n]])];
  const [found, ...others] = seeFutexes(viewOf(circle, memory)).findings;
  assert.deepEqual([found?.rule, found?.processes, others], ["mutex-deadlock", [11, 12], []]);
  const timed = [processOf(11, [waiting]), processOf(12, [[second, 0n, 2n, 0x1000n]])];
  assert.deepEqual(seeFutexes(viewOf(timed, memory)).findings, []);
  const moved = { ...viewOf(circle, memory), isBlocked: (pid: number) => pid === 11 };
  assert.deepEqual(seeFutexes(moved).findings, []);
});
