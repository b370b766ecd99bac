/** Shows that the caller's mistakes are told as such, before anything is looked at. */
import assert from "node:assert/strict";
import {
  diff,
  findObject,
  findProcess,
  leaks,
  leftovers,
  processUses,
  type Snapshot,
  snapshot,
  subjectOf,
  toJson,
  tree,
  who,
  why,
} from "linux-ipc/inspect";
import { test } from "../harness/test.ts";
import { machineOf } from "./machine.ts";

const wrongType = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
/** What no type checker lets through, as a program without types passes it. */
const strange: readonly unknown[] = [null, 5, "msg", true, Symbol("s"), () => 1];

test("snapshot() refuses options and kinds of a wrong type", async () => {
  for (const options of strange) await assert.rejects(snapshot(options as never), wrongType);
  for (const kinds of [...strange, {}, [5], [null], [undefined]]) {
    await assert.rejects(snapshot({ kinds } as never), wrongType);
  }
});

test("the questions refuse what is no snapshot", () => {
  for (const machine of [...strange, undefined, {}, [], { ...machineOf({}), waits: null }]) {
    const wrong = machine as Snapshot;
    assert.throws(() => why(wrong, 1), wrongType);
    assert.throws(() => who(wrong, "pid:1"), wrongType);
    assert.throws(() => findObject(wrong, "pid:1"), wrongType);
    assert.throws(() => findProcess(wrong, 1), wrongType);
    assert.throws(() => leaks(wrong), wrongType);
    assert.throws(() => leftovers(wrong), wrongType);
    assert.throws(() => tree(wrong, 1), wrongType);
    assert.throws(() => processUses(wrong), wrongType);
    assert.throws(() => diff(wrong, machineOf({})), wrongType);
    assert.throws(() => diff(machineOf({}), wrong), wrongType);
  }
});

test("the questions refuse an address of a wrong type", () => {
  const machine = machineOf({});
  for (const address of [null, undefined, {}, Object.create(null), Symbol("s"), 1n]) {
    assert.throws(() => why(machine, address as never), wrongType);
    assert.throws(() => who(machine, address as never), wrongType);
    assert.throws(() => findObject(machine, address as never), wrongType);
    assert.throws(() => subjectOf(address as never), wrongType);
  }
});

test("toJson() refuses options of a wrong type", () => {
  for (const options of strange) assert.throws(() => toJson({}, options as never), wrongType);
});
