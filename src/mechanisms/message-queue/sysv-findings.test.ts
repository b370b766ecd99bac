/** What is concluded from a queue and its waiters, in the words that a person reads. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { findingOf, type QueueFacts } from "./sysv-findings.ts";
import type { ReceiveWait, SendWait } from "./sysv-waits.ts";

const at = { tid: 0, object: "msg:0", text: "", unknown: {} };

function sender(pid: number, bytes: number, type: number | null = 3): SendWait {
  return { ...at, pid, operation: "send", syscall: "msgsnd", need: { type, bytes } };
}

function receiver(pid: number, type: number): ReceiveWait {
  const need = { type, except: false, maxBytes: 99 };
  const text = `a message of type ${type}`;
  return { ...at, pid, operation: "receive", syscall: "msgrcv", need, text };
}

function facts(parts: Partial<QueueFacts>): QueueFacts {
  const epoch = new Date(0);
  const owner = { key: 0, uid: 0, gid: 0, creatorUid: 0, creatorGid: 0, mode: 0o600, sequence: 0 };
  const last = { lastSendPid: 28817, lastReceivePid: 0, sentAt: epoch, receivedAt: undefined };
  const fill = { bytes: 16000, messages: 2, maxBytes: 16384 };
  return {
    status: { id: 0, ...owner, ...fill, ...last, changedAt: epoch },
    types: [{ type: 3, messages: 2 }],
    truncated: false,
    senders: [],
    receivers: [],
    processes: new Map(),
    isGone: (pid) => pid > 0 && pid !== 1,
    nowMs: 0,
    ...parts,
  };
}

test("findingOf() says nothing of a queue that nobody waits for", () => {
  assert.equal(findingOf(facts({})), undefined);
});

test("findingOf() names the deadlock of a full queue whose reader wants another type", () => {
  const found = findingOf(
    facts({ senders: [sender(28817, 8000)], receivers: [receiver(28816, 7)] }),
  );
  assert.equal(found?.rule, "queue-full-type-mismatch");
  assert.equal(found?.severity, "error");
  assert.deepEqual(found?.processes, [28817, 28816]);
  assert.deepEqual(found?.text, [
    "msg:0 is full: 16000 of 16384 bytes, 2 messages, all of type 3.",
    "a process (28817) is blocked in msgsnd: it needs 8000 bytes for a message of type 3, 384 are free.",
    "The only receiver, a process (28816), is blocked in msgrcv for a message of type 7: no queued message is one.",
    "=> nobody can make progress. Nothing ever read this queue (lrpid 0).",
  ]);
});

test("findingOf() names a message that can never fit", () => {
  const found = findingOf(facts({ senders: [sender(5, 20000)] }));
  assert.equal(found?.rule, "queue-message-never-fits");
  assert.match(found?.text[1] ?? "", /20000 bytes: the queue holds 16384 at most/);
});

test("findingOf() names a full queue that nobody reads, and who read it last", () => {
  const { status } = facts({});
  const found = findingOf(
    facts({
      senders: [sender(5, 8000)],
      status: { ...status, lastReceivePid: 77, receivedAt: new Date(0) },
    }),
  );
  assert.equal(found?.rule, "queue-full");
  assert.equal(found?.text.at(-1), "=> The last to read was pid 77, which is gone.");
});

test("findingOf() does not say of somebody hidden that he is gone", () => {
  const status = { ...facts({}).status, lastReceivePid: 77, receivedAt: new Date(0) };
  const found = findingOf(facts({ senders: [sender(5, 8000)], status, isGone: () => false }));
  assert.equal(found?.text.at(-1), "=> The last to read was pid 77, which is not seen.");
});

test("findingOf() knows a reader of another PID namespace from none", () => {
  const status = { ...facts({}).status, receivedAt: new Date(0) };
  const found = findingOf(facts({ senders: [sender(5, 8000)], status }));
  const text = "=> The last to read was a process of another PID namespace (lrpid 0).";
  assert.equal(found?.text.at(-1), text);
});

test("findingOf() concludes nothing about types that it could not see", () => {
  const waits = { senders: [sender(5, 8000)], receivers: [receiver(6, 7)] };
  assert.equal(findingOf(facts({ ...waits, types: undefined }))?.rule, "queue-full");
  assert.equal(findingOf(facts({ ...waits, truncated: true }))?.rule, "queue-full");
});

test("findingOf() warns when messages are there but for somebody else", () => {
  assert.equal(findingOf(facts({ receivers: [receiver(6, 7)] }))?.rule, "queue-type-mismatch");
  assert.equal(findingOf(facts({ receivers: [receiver(6, 3)] })), undefined);
});

test("findingOf() takes a queue for left over when its sender and reader are gone for long", () => {
  const { status } = facts({});
  const old = {
    status: { ...status, lastReceivePid: 77, receivedAt: new Date(0) },
    nowMs: 61_000,
  };
  const found = findingOf(facts(old));
  assert.equal(found?.rule, "queue-leaked");
  assert.equal(found?.severity, "info");
  assert.equal(findingOf(facts({ ...old, nowMs: 59_000 })), undefined);
  assert.equal(findingOf(facts({ ...old, isGone: () => false })), undefined);
  // Read by somebody of another PID namespace, of whom nothing is known.
  const elsewhere = { ...old.status, lastReceivePid: 0 };
  const kept = findingOf(facts({ ...old, status: elsewhere }));
  assert.deepEqual([found?.removal, kept?.removal], ["likely", "keep"]);
  assert.match(kept?.text.at(-1) ?? "", /cannot be told from this PID namespace/);
  assert.equal(findingOf(facts({ ...old, receivers: [receiver(6, 3)] })), undefined);
  assert.equal(findingOf(facts({ ...old, status: { ...status, messages: 0 } })), undefined);
});
