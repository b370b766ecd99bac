/** Shows which findings are leaks. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { findingOf, machineOf } from "../../tests/inspect/machine.ts";
import { leaks } from "./leaks.ts";

test("leaks() gives the findings whose rule ends in -leaked, of whatever room", () => {
  const rules = ["queue-leaked", "queue-full", "box-leaked", "leaked-box"];
  const machine = machineOf({ findings: rules.map((rule) => findingOf(rule, "box:1")) });
  assert.deepEqual(
    leaks(machine).map(({ rule }) => rule),
    ["queue-leaked", "box-leaked"],
  );
});
