/** The text of a message queue's file, as the kernel writes it and as anything else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeMqueue } from "./mqueue.ts";
import { bytesOf } from "./text.ts";

const golden = "QSIZE:129        NOTIFY:0     SIGNO:10    NOTIFY_PID:8260  \n";

test("decodeMqueue() reads the fields of mq_overview(7)", () => {
  const text = { qsize: 129, notify: 0, signo: 10, notifyPid: 8260 };
  assert.deepEqual(decodeMqueue(bytesOf(golden)), text);
  const none = "QSIZE:0          NOTIFY:0     SIGNO:0     NOTIFY_PID:0     \n";
  assert.deepEqual(decodeMqueue(bytesOf(none)), { qsize: 0, notify: 0, signo: 0, notifyPid: 0 });
});

test("decodeMqueue() takes nothing else for a queue", () => {
  for (const text of ["", "QSIZE:", "QSIZE:-1 NOTIFY:0 SIGNO:0 NOTIFY_PID:0", `x${golden}`]) {
    assert.equal(decodeMqueue(bytesOf(text)), undefined, text);
  }
});

test("decodeMqueue() gives numbers or nothing, whatever the bytes", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(golden)), (bytes) => {
      const found = decodeMqueue(bytes);
      if (found !== undefined) assert.ok(Object.values(found).every(Number.isSafeInteger));
    }),
  );
});
