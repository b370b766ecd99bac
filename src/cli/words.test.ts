/** Shows the short words that facts become. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Hold } from "../inspect/index.ts";
import { processesOf } from "./facts.ts";
import {
  ageWords,
  fillRatio,
  fillWords,
  fromToWords,
  holdersWords,
  spaced,
  valueWords,
  waitingWords,
} from "./words.ts";

test("fillWords() tells the fullest unit that has a limit", () => {
  const used = { bytes: 10, messages: 9 };
  const object = objectOf("any:0", { used, limit: { bytes: 100, messages: 10 } });
  assert.equal(fillWords(object), "9/10 messages 90%");
  assert.equal(fillRatio(object), 0.9);
  assert.equal(fillWords(objectOf("any:0", { used, limit: { bytes: 100 } })), "10/100B 10%");
});

test("fillWords() says the unit in words", () => {
  const used = { sendBufferBytes: 1 };
  const object = objectOf("any:0", { used, limit: { sendBufferBytes: 2 } });
  assert.equal(fillWords(object), "1/2 send buffer bytes 50%");
});

test("fillWords() says 100 % of the full alone, and what is known without a limit", () => {
  const limit = { bytes: 16384 };
  assert.equal(fillWords(objectOf("any:0", { used: { bytes: 16383 }, limit })), "16383/16384B 99%");
  assert.equal(
    fillWords(objectOf("any:0", { used: { bytes: 16384 }, limit })),
    "16384/16384B 100%",
  );
  assert.equal(fillWords(objectOf("any:0", { used: { value: 0 } })), "value 0");
  assert.equal(fillWords(objectOf("any:0")), "");
  assert.equal(fillWords(objectOf("any:0", { used: { bytes: 0 }, limit: { bytes: 0 } })), "0B");
});

test("fillWords() tells the parts of what has a few, without a limit", () => {
  const part = (value: number) => ({ address: `any:0/${value}`, used: { value }, details: {} });
  const used = { semaphores: 3 };
  assert.equal(fillWords(objectOf("any:0", { used, parts: [1, 0, 5].map(part) })), "value 1 0 5");
  const many = Array.from({ length: 9 }, (_, value) => part(value));
  assert.equal(fillWords(objectOf("any:0", { used, parts: many })), "semaphores 3");
  assert.equal(fillWords(objectOf("any:0", { used, parts: [] })), "semaphores 3");
});

test("waitingWords() leaves lists to those who ask for one object", () => {
  const need = { semaphore: 1, atLeast: 3, operations: [{ index: 1, by: -3 }] };
  const wait = { ...waitOf(1, "any:0", "operate"), need };
  assert.equal(waitingWords([wait]), "1 operate(semaphore 1, at least 3)");
});

test("waitingWords() counts equal waits and leaves out what they do not need", () => {
  const need = { type: 7, except: false, maxBytes: 99 };
  const waits = [1, 2].map((pid) => ({ ...waitOf(pid, "any:0", "receive"), need }));
  const send = { ...waitOf(3, "any:0", "send"), need: { bytes: 8000 } };
  assert.equal(waitingWords([...waits, send]), "2 receive(type 7) 1 send(8000B)");
  assert.equal(waitingWords([waitOf(1, "any:0", "lock")]), "1 lock");
});

test("holdersWords() counts processes, by direction where all have one", () => {
  const hold = (pid: number, mode: Hold["mode"], fd: number) =>
    ({ pid, object: "any:0", how: "descriptor", fd, at: null, mode }) as const;
  assert.equal(
    holdersWords([hold(1, "write", 3), hold(2, "read", 3), hold(3, "read", 4)]),
    "w1 r2",
  );
  assert.equal(holdersWords([hold(1, null, 3), hold(1, null, 4), hold(2, null, 3)]), "2");
  const both = hold(4, "read-write", 3);
  assert.equal(holdersWords([both, hold(1, "read", 3), hold(2, "read", 3)]), "rw1 r2");
  assert.equal(holdersWords([both, hold(5, "read-write", 3)]), "2");
  assert.equal(holdersWords([]), "");
});

test("fromToWords() tells who may do both from who may only read", () => {
  const processes = processesOf(machineOf({ processes: [1, 2].map((pid) => processOf(pid)) }));
  const hold = (pid: number, mode: Hold["mode"]): Hold => ({
    pid,
    object: "any:0",
    how: "attachment",
    fd: null,
    at: "0x1000",
    mode,
  });
  const one = hold(1, "read-write");
  assert.equal(fromToWords([one, hold(2, "read")], [], processes), "p1[1] → p2[2]");
  assert.equal(fromToWords([one, hold(2, "read-write")], [], processes), "p1[1] ⇄ p2[2]");
  assert.equal(fromToWords([one], [], processes), "p1[1]");
});

test("fromToWords() names a few and counts many", () => {
  const processes = processesOf(machineOf({ processes: [1, 2].map((pid) => processOf(pid)) }));
  const send = waitOf(1, "any:0", "send");
  assert.equal(fromToWords([], [send, waitOf(2, "any:0", "receive")], processes), "p1[1] → p2[2]");
  assert.equal(fromToWords([], [send], processes), "p1[1] →");
  const crowd = [2, 3, 4].map((pid) => waitOf(pid, "any:0", "receive"));
  assert.equal(fromToWords([], crowd, processes), "→ 3 processes");
});

test("ageWords() gives one unit, and nothing for what is not known", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  assert.equal(ageWords("2026-01-01T23:59:01Z", now), "59s");
  assert.equal(ageWords("2026-01-01T23:57:00Z", now), "3m");
  assert.equal(ageWords("2026-01-01T01:00:00Z", now), "23h");
  assert.equal(ageWords("2025-12-24T00:00:00Z", now), "9d");
  assert.equal(ageWords("2027-01-01T00:00:00Z", now), "0s");
  assert.equal(ageWords(null, now), "");
});

test("spaced() and valueWords() make words of names and values", () => {
  assert.equal(spaced("lastSendPid"), "last send pid");
  assert.equal(
    valueWords([
      { type: 7, messages: 2 },
      { type: 8n, messages: 1 },
    ]),
    "type 7, messages 2; type 8, messages 1",
  );
  assert.equal(valueWords(true), "yes");
  assert.equal(valueWords(null), "");
});
