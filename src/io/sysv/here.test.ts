/** Shows whose blocked calls are about our own objects. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { blockedProcess, processIn, viewOf } from "../../../tests/inspect/table.ts";
import { blockedIn, processesHere } from "./here.ts";

const elsewhere = { namespaces: new Map([["ipc", 7]]) };
const hidden = { namespaces: new Map() };

test("processesHere() leaves out who lives in another namespace, or in one not known", () => {
  const view = viewOf([processIn(1), processIn(2, elsewhere), processIn(3, hidden)]);
  const pids = (one: typeof view): number[] => processesHere(one).map(({ pid }) => pid);
  assert.deepEqual(pids(view), [1]);
  assert.deepEqual(pids({ ...view, namespaces: { ...view.namespaces, ipc: null } }), [1, 2, 3]);
});

test("blockedIn() finds the threads in the calls asked for", () => {
  if (process.arch !== "x64") return;
  const [semop, msgrcv] = [65, 70];
  const other = blockedProcess(12, semop, [3n], elsewhere);
  const view = viewOf([blockedProcess(11, semop, [3n]), other, blockedProcess(13, msgrcv, [3n])]);
  const found = blockedIn(view, ["semop", "semtimedop"]);
  assert.deepEqual(
    found.map(({ pid, tid, call }) => [pid, tid, call.name, call.arguments[0]]),
    [[11, 11, "semop", 3n]],
  );
});

test("blockedIn() leaves out who was stopped in the call: he waits no more", () => {
  if (process.arch !== "x64") return;
  const stopped = ["T", "t"].map((state) => blockedProcess(11, 65, [3n], { state }));
  for (const one of stopped) assert.deepEqual(blockedIn(viewOf([one]), ["semop"]), []);
});
