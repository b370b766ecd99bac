/** Shows that what was logged is read back, whatever the writer's end. */
import assert from "node:assert/strict";
import { linesOf } from "./log.ts";
import { test } from "./test.ts";

const start = { kind: "start", name: "a\nb" } as const;

test("linesOf() reads back whole lines and leaves a torn one out", () => {
  const text = `${JSON.stringify(start)}\n${JSON.stringify(start).slice(0, 9)}`;
  assert.deepEqual(linesOf(text), [start]);
});

test("linesOf() finds nothing in an empty log", () => {
  assert.deepEqual(linesOf(""), []);
});
