/** Shows how the screen is divided, with machines that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { findingOf, machineOf, waitOf } from "../../../tests/inspect/machine.ts";
import { screen } from "./overview.ts";

test("screen() counts and shows what has leaked apart from the other findings", () => {
  const leaked = [1, 2, 3, 4].map((id) => findingOf("queue-leaked", `box:${id}`));
  const findings = [...leaked, findingOf("queue-full", "box:9")];
  const [, , ...sections] = screen(machineOf({ findings }), []).split("\n\n");
  assert.deepEqual(sections, [
    [
      "Leaked: 4",
      ...[1, 2, 3].flatMap((id) => [`  box:${id} is queue-leaked`, "    and so on"]),
      "  … and 1 more: ipc gc",
    ].join("\n"),
    "Findings\n  box:9 is queue-full\n    and so on\n",
  ]);
});

test("screen() has no heading for what is not there", () => {
  assert.doesNotMatch(screen(machineOf({}), []), /Leaked|Findings|Blocked|Limits/);
});

test("screen() shows who is kept waiting, and counts who idles", () => {
  const idle = [
    { ...waitOf(1, "box:1", "read"), isOneOf: true as const },
    waitOf(2, "box:2", "accept"),
    waitOf(3, "pid:4", "wait"),
  ];
  const text = screen(machineOf({ waits: [...idle, waitOf(5, "box:5", "read")] }), []);
  const [, blocked = ""] = text.split("\nBlocked\n");
  assert.equal(blocked, "  box:5  pid 5  waits to read\n  3 idle: for work, a signal or a child\n");
});

test("screen() shows many who wait for the same in one line", () => {
  const waits = [1, 2, 3].map((pid) => waitOf(pid, "box:1", "read"));
  const text = screen(machineOf({ waits: [...waits, waitOf(4, "box:2", "write")] }), []);
  const [, blocked = ""] = text.split("\nBlocked\n");
  assert.deepEqual(blocked.trimEnd().split("\n"), [
    "  box:2  pid 4               waits to write",
    "  box:1  pid 1 and 2 others  waits to read",
  ]);
});
