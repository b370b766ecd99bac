/** Shows how much is said of many, and of one who is not known. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { processIn } from "../../tests/inspect/table.ts";
import { named, theFirst } from "./sentences.ts";

test("theFirst() says eight and counts the others", () => {
  const sentences = Array.from({ length: 10 }, (_, index) => `${index}.`);
  assert.deepEqual(theFirst(sentences.slice(0, 8)), sentences.slice(0, 8));
  assert.deepEqual(theFirst(sentences), [...sentences.slice(0, 8), "And 2 more."]);
});

test("named() gives the name and the number, or the number alone", () => {
  const processes = new Map([[7, processIn(7)]]);
  assert.deepEqual([named(processes, 7), named(processes, 8)], ["p7 (7)", "a process (8)"]);
});
