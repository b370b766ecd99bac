/** The constants and calls of message queues. */
import assert from "node:assert/strict";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import * as msg from "./msg.ts";
import { createRegion, releaseRegion } from "./region.ts";
import * as sysv from "./sysv.ts";

const names = [
  "MSG_NOERROR",
  "MSG_EXCEPT",
  "MSG_COPY",
  "MSG_STAT",
  "MSG_INFO",
  "MSG_STAT_ANY",
] as const;

test("every constant is the one of sys/msg.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["sys/msg.h"], names);
  const own = Object.fromEntries(names.map((name) => [name, msg[name]]));
  assert.deepEqual(own, expected);
});

test("msgget(), msgsnd() and msgrcv() pass a message, and msgctl() removes the queue", () => {
  const id = msg.msgget(sysv.IPC_PRIVATE, 0o600);
  assert.ok(id >= 0);
  const memory = createRegion(msg.TYPE_BYTES + 64);
  memory.view.setBigInt64(0, 5n, true);
  memory.bytes.write("text", msg.TYPE_BYTES);
  assert.equal(msg.tryMsgsnd(id, memory, 4), 0);
  memory.bytes.fill(0);
  assert.equal(msg.tryMsgrcv(id, memory, 64, 0), 4);
  assert.equal(memory.view.getBigInt64(0, true), 5n);
  assert.equal(memory.bytes.toString("latin1", 8, 12), "text");
  assert.equal(msg.tryMsgrcv(id, memory, 64, 0), -42);
  const about = createRegion(msg.MSGCTL_BYTES);
  assert.equal(msg.msgctl(id, sysv.IPC_RMID, about), 0);
  releaseRegion(about);
  releaseRegion(memory);
});

test("msgrcv() gives up at its deadline, whether shorter or longer than a slice", () => {
  const id = msg.msgget(sysv.IPC_PRIVATE, 0o600);
  const memory = createRegion(msg.MSGCTL_BYTES);
  for (const ms of [0, 5, 150]) {
    memory.words.fill(0);
    const begun = performance.now();
    assert.equal(msg.msgrcv(id, memory, 8, 0, begun + ms), -110);
    assert.ok(performance.now() - begun >= ms);
  }
  msg.msgctl(id, sysv.IPC_RMID, memory);
  releaseRegion(memory);
});
