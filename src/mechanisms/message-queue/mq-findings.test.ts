/** What is concluded of POSIX queues, from facts made for the test. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { processIn } from "../../../tests/inspect/table.ts";
import type { Finding, Hold, Wait } from "../../io/schema.ts";
import { findingOf, type MqFacts } from "./mq-findings.ts";

const nowMs = Date.parse("2026-01-02T00:00:00Z");

function factsOf(changes: Partial<MqFacts>, messages = 2, idleMs = 0): MqFacts {
  const contents = { messages, messagesMax: 2, messageBytesMax: 8, bytes: 5 * messages };
  const owner = { uid: 0, gid: 0, mode: 0o600, removed: false };
  const name = { name: "q", nameBytes: Buffer.from("q"), inode: 7 };
  const full = { ...contents, notification: undefined };
  return {
    status: { ...name, ...owner, usedAt: new Date(nowMs - idleMs), contents: full },
    contents: full,
    holds: [],
    waits: [],
    processes: new Map([1, 2].map((pid) => [pid, processIn(pid)])),
    everybodySeen: true,
    nowMs,
    ...changes,
  };
}

function wait(pid: number, operation: string, isTimed = false): Wait {
  const syscall = operation === "send" ? "mq_timedsend" : "mq_timedreceive";
  const text = operation === "send" ? "room for one message" : "a message";
  const common = { pid, tid: pid, object: "mq:/q", operation, syscall, need: {}, text };
  return { ...common, unknown: {}, ...(isTimed ? { isTimed } : {}) };
}

function hold(pid: number, mode: Hold["mode"]): Hold {
  return { pid, object: "mq:/q", how: "descriptor", fd: 3, at: null, mode };
}

function wordsOf(finding: Finding | undefined): readonly unknown[] {
  return finding === undefined ? [] : [finding.rule, finding.severity, finding.text.at(-1)];
}

test("a full queue that nobody else can read is an error, unless it is known by halves", () => {
  const holds = [hold(1, "read-write")];
  const waits = [wait(1, "send")];
  const end = "=> it stays full until somebody opens it and receives.";
  assert.deepEqual(wordsOf(findingOf(factsOf({ holds, waits }))), ["queue-full", "error", end]);
  const hidden = findingOf(factsOf({ holds, waits, everybodySeen: false }));
  assert.deepEqual(wordsOf(hidden), ["queue-full", "warning", end]);
  assert.equal(hidden?.text.at(-2), "Nobody else that may be seen has it open to receive.");
  const timed = findingOf(factsOf({ holds, waits: [wait(1, "send", true)] }));
  assert.equal(timed?.severity, "warning");
});

test("a full queue with a reader waits for that one", () => {
  const holds = [hold(1, "write"), hold(2, "read")];
  const finding = findingOf(factsOf({ holds, waits: [wait(1, "send")] }));
  const end = "=> it stays full until that one receives.";
  assert.deepEqual(wordsOf(finding), ["queue-full", "warning", end]);
  assert.deepEqual(finding?.text.slice(0, 4), [
    "mq:/q is full: 2 of 2 messages, 10 bytes.",
    "p1 (1) is blocked in mq_timedsend: it waits for room for one message.",
    "Nobody waits to receive.",
    "p2 (2) has it open to receive.",
  ]);
});

test("a queue that is full and that only writers have open is told of", () => {
  assert.equal(findingOf(factsOf({ holds: [hold(1, "write")] }))?.severity, "info");
  assert.equal(findingOf(factsOf({ holds: [hold(1, "read")] })), undefined);
});

test("what is left over may be removed by who sees everybody, and never without a word", () => {
  const [minute, day] = [61_000, 25 * 3_600_000];
  const removal = (changes: Partial<MqFacts>, idleMs: number): string | undefined => {
    return findingOf(factsOf(changes, 1, idleMs))?.removal;
  };
  assert.equal(removal({}, 1000), undefined);
  assert.equal(removal({}, minute), "likely");
  assert.equal(removal({}, day), "likely");
  assert.equal(removal({ everybodySeen: false }, day), "keep");
  assert.equal(removal({ holds: [hold(1, "read")] }, day), undefined);
  assert.equal(removal({ waits: [wait(1, "receive")] }, day), undefined);
  assert.equal(findingOf(factsOf({}, 0, day)), undefined);
  assert.deepEqual(findingOf(factsOf({}, 1, day))?.text, [
    "mq:/q is open: 1 of 2 messages, 5 bytes.",
    "Nobody has it open; it was last used at 2025-12-31T23:00:00.000Z.",
    "=> it may be left over; if so: ipc rm mq:/q",
  ]);
});

test("nobody is accused of leaving what somebody is to be told of", () => {
  const facts = factsOf({}, 1, 61_000);
  const notification = { by: "signal", signal: 10, pid: null } as const;
  const contents = { ...facts.contents, notification };
  assert.equal(findingOf({ ...facts, contents }), undefined);
});
