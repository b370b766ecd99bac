/** Shows what the words of -w say of a row. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold, Wait } from "../inspect/index.ts";
import { type Row, rowsOf } from "./facts.ts";
import { asking } from "./listing.ts";

const hold = (pid: number): Hold => {
  return { pid, object: "box:1", how: "descriptor", fd: 3, at: null, mode: "read" };
};

const matches = (row: Row, word: string): boolean => asking(word, [row])(row);

function rowOf(waits: readonly Wait[], holds: readonly Hold[] = []): Row {
  const used = { bytes: 90 };
  const object = objectOf("box:1", { used, limit: { bytes: 100 }, flags: ["full"] });
  const [row] = rowsOf(machineOf({ objects: [object], processes: [processOf(1)], waits, holds }));
  assert.ok(row);
  return row;
}

test("asking() tells who is kept waiting from who idles", () => {
  const idle = rowOf([waitOf(1, "box:1", "accept")]);
  assert.deepEqual([matches(idle, "blocked"), matches(idle, "idle")], [false, true]);
  const blocked = rowOf([waitOf(1, "box:1", "read")]);
  assert.deepEqual([matches(blocked, "blocked"), matches(blocked, "idle")], [true, false]);
});

test("asking() knows holders, flags, kinds and namespaces", () => {
  const row = rowOf([], [hold(1), hold(1)]);
  const is = (word: string): boolean => matches(row, word);
  assert.deepEqual(["held", "shared", "full", "box", "elsewhere", "stuck"].map(is), [
    ...[true, false, true, true, false, false],
  ]);
  assert.equal(matches(rowOf([], [hold(1), hold(2)]), "shared"), true);
  assert.equal(matches(row, "constructor"), false);
});

test("asking() compares columns and facts", () => {
  const row = rowOf([], [hold(1), hold(2)]);
  for (const word of [
    "fill>80%",
    "fill=0.9",
    "holders>=2",
    "bytes<=90",
    "maxbytes>99",
    "kind=box",
  ]) {
    assert.equal(matches(row, word), true, word);
  }
  for (const word of ["fill>90%", "holders>2", "kind=other", "gid<0"]) {
    assert.equal(matches(row, word), false, word);
  }
  assert.throws(() => matches(row, "fill>much"), /expected a number or N%/);
  assert.throws(() => matches(row, "frob>1"), /no column "frob"/);
});

test("asking() looks for a column once, however many rows there are", () => {
  const objects = Array.from({ length: 20_000 }, (_, id) => objectOf(`box:${id}`));
  const rows = rowsOf(machineOf({ objects }));
  const begun = performance.now();
  const holds = asking("holders>0", rows);
  assert.equal(rows.filter(holds).length, 0);
  assert.ok(performance.now() - begun < 2_000);
});
