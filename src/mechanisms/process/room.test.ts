/** The room's limits and probes, and who waits on tables of processes that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { blockedProcess, processIn, viewOf } from "../../../tests/inspect/table.ts";
import { processRoom } from "./room.ts";

const WAIT4: Readonly<Record<string, number>> = { x64: 61, arm64: 260 };
const anyChild = [0xffffffffn, 0n, 0n, 0n];

test("probe() and limits() say what is there, and how much is in use", () => {
  assert.equal(processRoom.probe().length, 1);
  const limits = processRoom.limits();
  assert.deepEqual(
    limits.map(({ name }) => name),
    ["kernel.pid_max", "kernel.threads-max", "RLIMIT_SIGPENDING"],
  );
  for (const { used } of limits.slice(0, 2)) assert.ok((used ?? 0) > 0);
});

test("see() says of a parent without children that none is seen", () => {
  const view = viewOf([blockedProcess(50, WAIT4[process.arch] ?? 0, anyChild)]);
  const [wait] = processRoom.see(view).waits;
  assert.deepEqual([wait?.object, wait?.operation], ["pid:50", "wait"]);
  assert.equal(wait?.text, "a child or a traced process to end, and none is seen");
  assert.match(wait?.unknown["child"] ?? "", /may trace/);
});

test("see() lists no crowd of children, and leaves out those that have ended", () => {
  const children = Array.from({ length: 100 }, (_, n) => processIn(100 + n, { ppid: 50 }));
  const dead = processIn(99, { ppid: 50, state: "Z" });
  const parent = blockedProcess(50, WAIT4[process.arch] ?? 0, anyChild);
  const { waits } = processRoom.see(viewOf([parent, dead, ...children]));
  assert.equal(waits.length, 64);
  assert.ok(waits.every(({ isOneOf, object }) => isOneOf === true && object !== "pid:99"));
  assert.equal(waits[0]?.unknown["others"], "36 more children are not listed");
});
