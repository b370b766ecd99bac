/** The System V constants and calls. */
import assert from "node:assert/strict";
import { ask } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { createRegion, releaseRegion } from "./region.ts";
import * as sysv from "./sysv.ts";

const names = [
  "IPC_PRIVATE",
  "IPC_CREAT",
  "IPC_EXCL",
  "IPC_NOWAIT",
  "MSG_NOERROR",
  "MSG_EXCEPT",
  "MSG_COPY",
  "IPC_RMID",
  "IPC_SET",
  "IPC_STAT",
  "IPC_INFO",
  "MSG_STAT",
  "MSG_INFO",
  "MSG_STAT_ANY",
] as const;

test("every constant is the one of sys/msg.h", { needs: ["gcc"] }, async () => {
  const lines = names.map((name) => `value ${name} (int)(${name})`).join("\n");
  const input = `#define _GNU_SOURCE\n#include <sys/msg.h>\n${lines}\n`;
  const output = await ask("gcc", ["-E", "-P", "-x", "c", "-"], { input });
  for (const [index, name] of names.entries()) {
    const line = output.split("\n").filter((text) => text.startsWith("value"))[index] ?? "";
    const value = Number(
      /(0x[0-9a-f]+|0[0-7]*|\d+)\D*$/i.exec(line)?.[1]?.replace(/^0(?=\d)/, "0o"),
    );
    assert.equal(sysv[name], value, `${name}: ${line}`);
  }
});

test("msgget(), msgsnd() and msgrcv() pass a message, and msgctl() removes the queue", () => {
  const id = sysv.msgget(sysv.IPC_PRIVATE, 0o600);
  assert.ok(id >= 0);
  const memory = createRegion(sysv.TYPE_BYTES + 64);
  memory.view.setBigInt64(0, 5n, true);
  memory.bytes.write("text", sysv.TYPE_BYTES);
  assert.equal(sysv.tryMsgsnd(id, memory, 4), 0);
  memory.bytes.fill(0);
  assert.equal(sysv.tryMsgrcv(id, memory, 64, 0), 4);
  assert.equal(memory.view.getBigInt64(0, true), 5n);
  assert.equal(memory.bytes.toString("latin1", 8, 12), "text");
  assert.equal(sysv.tryMsgrcv(id, memory, 64, 0), -42);
  const about = createRegion(sysv.MSGCTL_BYTES);
  assert.equal(sysv.msgctl(id, sysv.IPC_RMID, about), 0);
  releaseRegion(about);
  releaseRegion(memory);
});

test("msgrcv() gives up at its deadline, whether shorter or longer than a slice", () => {
  const id = sysv.msgget(sysv.IPC_PRIVATE, 0o600);
  const memory = createRegion(sysv.MSGCTL_BYTES);
  for (const ms of [0, 5, 150]) {
    memory.words.fill(0);
    const begun = performance.now();
    assert.equal(sysv.msgrcv(id, memory, 8, 0, begun + ms), -110);
    assert.ok(performance.now() - begun >= ms);
  }
  sysv.msgctl(id, sysv.IPC_RMID, memory);
  releaseRegion(memory);
});
