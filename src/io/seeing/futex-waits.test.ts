/** Shows who waits on which word, and in which memory that lies. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { blockedProcess, mappingOf, viewOf } from "../../../tests/inspect/table.ts";
import { type FutexWait, futexWaits } from "./futex-waits.ts";
import { kernelMemory } from "./kernel-memory.ts";

const [FUTEX, FUTEX_WAIT, FUTEX_WAITV] = process.arch === "x64" ? [202, 455, 449] : [98, 455, 449];
const [major = 0, minor = 1] = (kernelMemory().ordinary ?? "").split(":").map(Number);
const start = 0x7f0000000000n;
const mappings = [
  mappingOf(4, "/memfd:a (deleted)", { major, minor, offset: 8192n }),
  mappingOf(5, "/dev/dri/card0", { minor: 2 ** 19, start: start + 8192n, end: start + 12_288n }),
];

function waitsOf(number: number, ...values: readonly bigint[]): readonly FutexWait[] {
  return futexWaits(viewOf([blockedProcess(11, number, values, { mappings })]));
}

function placeOf({ place }: FutexWait): readonly [string | undefined, bigint] | undefined {
  return place && [place.memory?.address, place.offset];
}

test("futexWaits() reads the operations that wait, and who gives up after a time", () => {
  const cases = [
    [0n, "wait", 7],
    [9n, "wait", 7],
    [256n + 9n, "wait", 7],
    [11n, "wait", 7],
    [6n, "lock", undefined],
    [13n, "lock", undefined],
  ] as const;
  for (const [op, operation, expected] of cases) {
    const [wait] = waitsOf(FUTEX, start, op, 7n);
    assert.deepEqual(
      [wait?.operation, wait?.expected, wait?.isTimed],
      [operation, expected, false],
    );
  }
  assert.equal(waitsOf(FUTEX, start, 0n, 7n, 0x1000n)[0]?.isTimed, true);
  for (const op of [1n, 3n, 5n, 10n, 12n]) assert.deepEqual(waitsOf(FUTEX, start, op, 7n), []);
});

test("futexWaits() finds the memory of a word, unless the waiter calls it its own", () => {
  const [wait] = waitsOf(FUTEX, start + 64n, 0n, 7n);
  assert.deepEqual(wait && placeOf(wait), ["memfd:4", 8256n]);
  const places = [
    waitsOf(FUTEX, start + 64n, 128n, 7n),
    waitsOf(FUTEX, start - 4n, 0n, 7n),
    waitsOf(FUTEX, start + 4096n, 0n, 7n),
    waitsOf(FUTEX_WAIT, start, 7n, 0xffffffffn, 130n),
  ];
  for (const [one] of places) assert.deepEqual(one && placeOf(one), undefined);
  const [driver] = waitsOf(FUTEX, start + 8192n, 0n, 7n);
  assert.deepEqual(driver && placeOf(driver), [undefined, 0n]);
});

test("futexWaits() reads each word of futex_waitv(2) from the waiter's memory", () => {
  const words = new Uint8Array(48);
  const view = new DataView(words.buffer);
  view.setBigUint64(0, 7n, true);
  view.setBigUint64(8, start, true);
  view.setUint32(16, 2, true);
  view.setBigUint64(32, 0x1000n, true);
  view.setUint32(40, 130, true);
  const process = blockedProcess(11, FUTEX_WAITV, [0x2000n, 2n, 0n, 0n], { mappings });
  const waits = futexWaits(viewOf([process], new Map([[0x2000n, words]])));
  assert.deepEqual(
    waits.map((wait) => [placeOf(wait)?.[0], wait.expected, wait.isOneOf]),
    [
      ["memfd:4", 7, true],
      [undefined, 0, true],
    ],
  );
  assert.deepEqual(futexWaits(viewOf([process])), []);
});

test("futexWaits() is not confused by who shows no mappings", () => {
  const process = blockedProcess(11, FUTEX, [start, 0n, 7n], { mappings: undefined });
  assert.equal(futexWaits(viewOf([process]))[0]?.place, undefined);
});
