/** Shows the numbers of each process. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold } from "../io/schema.ts";
import { processUses } from "./process-use.ts";

const holdOf = (pid: number, object: string, mode: Hold["mode"], fd = 3): Hold => {
  return { pid, object, how: "descriptor", fd, at: null, mode };
};

const numbers = (holds: readonly Hold[], links: Parameters<typeof machineOf>[0]["links"] = []) => {
  const processes = [1, 2, 3, 4].map((pid) => processOf(pid));
  const uses = processUses(machineOf({ processes, holds, links }));
  return uses.map(({ from, to }) => [from, to]);
};

test("processUses() counts who can give and who can take, by direction", () => {
  const holds = [
    holdOf(1, "box:1", "read"),
    holdOf(2, "box:1", "write"),
    holdOf(3, "box:1", "write"),
    holdOf(3, "box:1", "write", 4),
  ];
  assert.deepEqual(numbers(holds), [
    [2, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ]);
});

test("processUses() counts those at the other ends of what is joined", () => {
  const holds = [1, 2, 3].map((pid) => holdOf(pid, `end:${Math.min(pid, 2)}`, "read-write"));
  const both = { from: "end:1", to: "end:2", kind: "test", direction: "both" } as const;
  assert.deepEqual(numbers(holds, [both]).slice(0, 3), [
    [2, 2],
    [1, 1],
    [1, 1],
  ]);
  const forward = { ...both, direction: "forward" } as const;
  assert.deepEqual(numbers(holds, [forward]).slice(0, 3), [
    [0, 2],
    [1, 0],
    [1, 0],
  ]);
});

test("processUses() counts an object once, by its kind, and gives the waits", () => {
  const waits = [waitOf(1, "box:1", "read")];
  const holds = [
    holdOf(1, "box:1", "read", 3),
    holdOf(1, "box:1", "read", 4),
    holdOf(1, "@77/box:1", "read", 5),
    holdOf(1, "end:1", "read", 6),
  ];
  const [first] = processUses(machineOf({ processes: [processOf(1)], holds, waits }));
  assert.deepEqual(first?.objects, { box: 2, end: 1 });
  assert.deepEqual(first?.waits, waits);
});

test("processUses() is quick where thousands share an object", () => {
  const pids = Array.from({ length: 20_000 }, (_, index) => index + 1);
  const processes = pids.map((pid) => processOf(pid));
  const holds = pids.map((pid) => holdOf(pid, "box:1", "read-write"));
  const begun = performance.now();
  assert.equal(processUses(machineOf({ processes, holds }))[0]?.from, 19_999);
  assert.ok(performance.now() - begun < 2_000);
});
