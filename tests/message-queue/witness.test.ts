/** strace is the witness of what the room asks of the kernel: every flag and every command. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { programPath } from "./programs.ts";

/** What must be seen, in this order; the kernel's own words as strace decodes them (see plain()). */
const asked: readonly RegExp[] = [
  /msgget\(0x5a170001, IPC_CREAT\|IPC_EXCL\|0640\) += \d+/,
  /msgget\(0x5a170001, IPC_CREAT\|0600\) += \d+/,
  /msgget\(0x5a170001, 0+\) += \d+/,
  /msgctl\(\d+, IPC_STAT, .*\) += 0/,
  /msgsnd\(\d+, \{5, "five"\}, 4, IPC_NOWAIT\) += 0/,
  /msgsnd\(\d+, \{2147483648, "wide"\}, 4, IPC_NOWAIT\) += 0/,
  /msgsnd\(\d+, \{6, "six"\}, 3, 0\) += 0/,
  /msgrcv\(\d+, \{2147483648, "wide.*"\}, \d+, 1, MSG_COPY\|IPC_NOWAIT\) += 4/,
  /msgrcv\(\d+, \{5, "five.*"\}, \d+, -5, IPC_NOWAIT\) += 4/,
  /msgrcv\(\d+, \{2147483648, "wi.*"\}, 2, 6, MSG_NOERROR\|MSG_EXCEPT\|IPC_NOWAIT\) += 2/,
  /msgrcv\(\d+, \{6, "six.*"\}, \d+, 6, 0\) += 3/,
  /msgrcv\(\d+, \S+, \d+, 9007199254740993, IPC_NOWAIT\) += -1 ENOMSG/,
  /msgrcv\(\d+, \S+, \d+, 3, IPC_NOWAIT\) += -1 ENOMSG/,
  /msgsnd\(\d+, \{3, "three"\}, 5, IPC_NOWAIT\) += 0/,
  /msgctl\(\d+, IPC_STAT, .*\) += 0/,
  /msgctl\(\d+, IPC_SET, \{msg_perm=\{uid=\d+, gid=\d+, mode=0600.*msg_qbytes=4096/,
  /msgctl\(\d+, IPC_STAT, .*mode=0600.*\) += 0/,
  /msgctl\(0, IPC_INFO, .*\) += \d+/,
  /msgctl\(0, MSG_INFO, .*\) += \d+/,
  /msgctl\(\d+, MSG_STAT_ANY, .*\) += \d+/,
  /msgctl\(\d+, IPC_RMID, .*\) += 0/,
];

test("strace sees every flag and command of the room, and nothing that was not asked for", {
  needs: ["strace", "unsanitized"],
}, async (scene) => {
  const calls = await trace(scene, "every-call");
  let from = 0;
  for (const pattern of asked) {
    const index = calls.findIndex((call, at) => at >= from && pattern.test(call));
    assert.notEqual(index, -1, `not seen: ${pattern}\nin\n${calls.slice(from).join("\n")}`);
    from = index + 1;
  }
});

test("receive() blocks in msgrcv without IPC_NOWAIT on a thread that is not the main one", {
  needs: ["strace", "unsanitized"],
}, async (scene) => {
  const calls = await trace(scene, "every-call");
  const main = calls[0]?.split(" ")[0];
  const waited = calls.find((call) => /\{3, "three.*"\}, \d+, 3, 0\) += 5/.test(call));
  assert.ok(waited !== undefined, calls.join("\n"));
  assert.notEqual(waited.split(" ")[0], main);
});

/** The queue calls of one of our programs, in the order in which they were answered. */
async function trace(scene: TestScene, program: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-strace-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "calls");
  const what = "trace=msgget,msgsnd,msgrcv,msgctl";
  const watched = [process.execPath, programPath(program)];
  const options = ["-f", "-s", "16", "-e", what, "-e", "signal=none", "-o", file, "--", ...watched];
  await ask("strace", options, { timeoutMs: 30_000 });
  return plain(readFileSync(file, "utf8").split("\n"));
}

/**
 * Joins the halves of calls that others came between, and leaves out what versions of strace write
 * differently: the names of a message's fields, IPC_64, and dots after a shortened text.
 */
function plain(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of lines) {
    const thread = line.split(" ")[0] ?? "";
    const resumed = /<\.\.\. msg\w+ resumed>(.*)/.exec(line)?.[1];
    if (line.endsWith("<unfinished ...>"))
      begun.set(thread, line.replace(/ *<unfinished ...>/, ""));
    else if (resumed !== undefined) calls.push(`${begun.get(thread)} ${resumed}`);
    else if (line.includes("msg")) calls.push(line);
  }
  return calls.map((call) =>
    call
      .replace("IPC_64|", "")
      .replace(/mtype=|mtext=/g, "")
      .replace('"...', '"')
      .replace(" )", ")"),
  );
}
