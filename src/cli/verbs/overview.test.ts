/** Shows how the screen is divided, with machines that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { findingOf, machineOf } from "../../../tests/inspect/machine.ts";
import { screen } from "./overview.ts";

test("screen() counts and shows what has leaked apart from the other findings", () => {
  const leaked = [1, 2, 3, 4].map((id) => findingOf("queue-leaked", `box:${id}`));
  const findings = [...leaked, findingOf("queue-full", "box:9")];
  const [, , ...sections] = screen(machineOf({ findings }), []).split("\n\n");
  assert.deepEqual(sections, [
    [
      "Leaked: 4",
      ...[1, 2, 3].flatMap((id) => [`  box:${id} is queue-leaked`, "    and so on"]),
      "  … and 1 more: ipc ls --json",
    ].join("\n"),
    "Findings\n  box:9 is queue-full\n    and so on\n",
  ]);
});

test("screen() has no heading for what is not there", () => {
  assert.doesNotMatch(screen(machineOf({}), []), /Leaked|Findings|Blocked|Limits/);
});
