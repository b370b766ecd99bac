/** Shows that a seed makes the same choices again, and that it is told. */
import assert from "node:assert/strict";
import { randomOf, seeded } from "./seed.ts";
import { test } from "./test.ts";

function draw(seed: number): unknown[] {
  const random = randomOf(seed);
  return [random.integer(0, 1e9), random.bytes(8).toString("hex"), random.pick(["a", "b", "c"])];
}

test("randomOf() makes the same choices from the same seed and others from another", () => {
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test("randomOf() stays within its bounds and reaches both", () => {
  const random = randomOf(1);
  const seen = new Set(Array.from({ length: 200 }, () => random.integer(-1, 1)));
  assert.deepEqual([...seen].sort(), [-1, 0, 1]);
});

test("chance() is never at 0 and always at 1", () => {
  const random = randomOf(2);
  const tries = Array.from({ length: 100 }, () => [random.chance(0), random.chance(1)]);
  assert.ok(tries.every(([never, always]) => never === false && always === true));
});

test("pick() refuses an empty list", () => {
  assert.throws(() => randomOf(1).pick([]), RangeError);
});

test("seeded() prints the seed that LINUX_IPC_SEED takes", () => {
  const printed: string[] = [];
  const { seed } = seeded("a fuzz", (line) => printed.push(line));
  assert.deepEqual(printed, [`a fuzz: LINUX_IPC_SEED=${seed}`]);
});
