/** Shows which findings are leaks. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { findingOf, machineOf } from "../../tests/inspect/machine.ts";
import { leaks, removable } from "./leaks.ts";

test("leaks() gives the findings whose rule ends in -leaked, of whatever room", () => {
  const rules = ["queue-leaked", "queue-full", "box-leaked", "leaked-box"];
  const machine = machineOf({ findings: rules.map((rule) => findingOf(rule, "box:1")) });
  assert.deepEqual(
    leaks(machine).map(({ rule }) => rule),
    ["queue-leaked", "box-leaked"],
  );
});

test("removable() leaves out what is to be kept", () => {
  const kept = { ...findingOf("box-leaked", "box:1"), removal: "keep" } as const;
  const other = findingOf("box-leaked", "box:2");
  assert.deepEqual(removable(machineOf({ findings: [kept, other] })), [other]);
});
