/** Shows what the runner understands and what it refuses. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { parseArguments } from "./arguments.ts";

test("parseArguments() measures everything five times and prints a table by default", () => {
  const expected = { rooms: [], form: "table", only: "", runs: 5, quick: false, peers: true };
  assert.deepEqual(parseArguments([]), expected);
});

test("parseArguments() takes rooms, a form, words and runs", () => {
  const given = parseArguments(["message-queue", "--json", "--only", "try", "--runs", "9"]);
  assert.deepEqual(given.rooms, ["message-queue"]);
  assert.deepEqual([given.form, given.only, given.runs], ["json", "try", 9]);
});

test("parseArguments() makes a quick run short and alone", () => {
  const { runs, peers, quick } = parseArguments(["--quick"]);
  assert.deepEqual({ runs, peers, quick }, { runs: 1, peers: false, quick: true });
});

test("parseArguments() refuses fewer than five runs, two forms and unknown options", () => {
  assert.throws(() => parseArguments(["--runs", "4"]), /Wrong --runs 4: expected 5 or more/);
  assert.throws(() => parseArguments(["--runs", "many"]), RangeError);
  assert.throws(() => parseArguments(["--json", "--markdown"]), /not both/);
  assert.throws(() => parseArguments(["--fast"]), TypeError);
});
