/** Addresses of another namespace. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import type { Sight } from "../room.ts";
import type { Finding, ObjectRecord } from "../schema.ts";
import { sightIn } from "./sight-in.ts";

const nothing: Sight = { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [] };

const set: ObjectRecord = {
  address: "sem:0",
  aliases: ["sem:0x7d000001"],
  kind: "sem",
  title: "System V semaphore set",
  namespace: 42,
  uid: 0,
  gid: 0,
  mode: 0o600,
  used: {},
  limit: {},
  changedAt: null,
  flags: [],
  details: {},
  parts: [{ address: "sem:0/1", used: {}, details: {} }],
  unknown: {},
  source: [],
};

function finding(objects: readonly string[], ...text: readonly string[]): Finding {
  return { rule: "rule", severity: "info", objects, processes: [], text };
}

test("sightIn() puts the namespace before every address", () => {
  const wait = { pid: 1, tid: 1, operation: "operate", syscall: "semop", need: {}, text: "" };
  const sight: Sight = {
    ...nothing,
    objects: [set],
    holds: [{ pid: 1, object: "shm:3", how: "attachment", fd: null, at: null, mode: null }],
    waits: [
      { ...wait, object: "sem:0", parts: ["sem:0/1"], unknown: {} },
      { ...wait, object: "sem:0", unknown: {} },
    ],
    links: [{ from: "a:1", to: "b:2", kind: "kind", direction: "both" }],
  };
  const there = sightIn(42, sight);
  const [object] = there.objects;
  assert.equal(object?.address, "@42/sem:0");
  assert.deepEqual(object?.aliases, ["@42/sem:0x7d000001"]);
  assert.deepEqual(object?.parts?.[0]?.address, "@42/sem:0/1");
  assert.equal(there.holds[0]?.object, "@42/shm:3");
  assert.deepEqual(
    there.waits.map(({ object: of, parts }) => [of, parts]),
    [
      ["@42/sem:0", ["@42/sem:0/1"]],
      ["@42/sem:0", undefined],
    ],
  );
  assert.deepEqual([there.links[0]?.from, there.links[0]?.to], ["@42/a:1", "@42/b:2"]);
});

test("sightIn() says the address in sentences too, once each", () => {
  const ofSet = finding(["sem:0", "sem:0/1"], "sem:0 has 2.", "It waits for sem:0/1.", "sem:01");
  const ofQueue = finding(["mq:/a.b (c)"], "mq:/a.b (c) is full.", "=> ipc rm mq:/a.b (c)");
  const { findings } = sightIn(42, { ...nothing, findings: [ofSet, ofQueue] });
  assert.deepEqual(findings[0]?.objects, ["@42/sem:0", "@42/sem:0/1"]);
  assert.deepEqual(findings[0]?.text, ["@42/sem:0 has 2.", "It waits for @42/sem:0/1.", "sem:01"]);
  assert.deepEqual(findings[1]?.text, ["@42/mq:/a.b (c) is full.", "=> ipc rm @42/mq:/a.b (c)"]);
});
