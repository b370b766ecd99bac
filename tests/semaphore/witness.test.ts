/** strace is the witness of what the room asks of the kernel: every flag and every command. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { programPath } from "./programs.ts";

/** One operation, as plain() shows it. */
function one(index: number, by: number, flags: string): string {
  return `\\{${index}, ${by}, ${flags}\\}`;
}

/** A call that is done at once. */
function operated(...operations: readonly string[]): RegExp {
  return new RegExp(`semop\\(\\d+, \\[${operations.join(", ")}\\], ${operations.length}\\) += 0`);
}

const both = "SEM_UNDO\\|IPC_NOWAIT";

/** What must be seen, in this order; the kernel's own words as strace decodes them. */
const asked: readonly RegExp[] = [
  /semget\(0x5a170002, 3, IPC_CREAT\|IPC_EXCL\|0640\) += \d+/,
  /semctl\(\d+, 0, IPC_STAT, .*mode=0640.*sem_nsems=3.*\) += 0/,
  /semget\(0x5a170002, 2, IPC_CREAT\|0600\) += \d+/,
  /semget\(0x5a170002, 0, 0+\) += \d+/,
  /semctl\(\d+, 0, SETALL, .*\) += 0/,
  /semctl\(\d+, 1, SETVAL, (7|0x7)\) += 0/,
  /semctl\(\d+, 1, GETVAL, .*\) += 7/,
  /semctl\(\d+, 0, GETALL, .*\) += 0/,
  /semctl\(\d+, 1, GETPID, .*\) += \d+/,
  /semctl\(\d+, 1, GETNCNT, .*\) += 0/,
  /semctl\(\d+, 1, GETZCNT, .*\) += 0/,
  operated(one(0, -1, "IPC_NOWAIT")),
  operated(one(0, 1, "IPC_NOWAIT")),
  operated(one(1, -2, both)),
  operated(one(1, 2, both)),
  operated(one(2, -3, "0")),
  operated(one(2, 4, both)),
  /semop\(\d+, \[\{0, 0, IPC_NOWAIT\}\], 1\) += -1 EAGAIN/,
  /semop\(\d+, \[\{0, -1, SEM_UNDO\|IPC_NOWAIT\}, \{1, 2, IPC_NOWAIT\}, .*\], 3\) += -1 EAGAIN/,
  operated(one(0, -1, "SEM_UNDO"), one(2, -6, "IPC_NOWAIT"), one(2, 0, both)),
  /semop\(\d+, \[\{0, -32767, SEM_UNDO\|IPC_NOWAIT\}\], 1\) += -1 EAGAIN/,
  /semctl\(\d+, 0, SETVAL, (32767|0x7fff)\) += 0/,
  /semctl\(\d+, 0, IPC_SET, \{sem_perm=\{uid=\d+, gid=\d+, mode=0600/,
  /semctl\(\d+, 0, IPC_STAT, .*mode=0600.*\) += 0/,
  /semctl\(0, 0, IPC_INFO, .*\) += \d+/,
  /semctl\(0, 0, SEM_INFO, .*\) += \d+/,
  /semctl\(\d+, 0, SEM_STAT_ANY, .*\) += \d+/,
  /semctl\(\d+, 0, IPC_RMID, .*\) += 0/,
];

/** A new set whose mode denies its owner: the values, the mode; then who finds it made. */
const created: readonly RegExp[] = [
  /semget\(0x5a170002, 3, IPC_CREAT\|IPC_EXCL\|0640\) += \d+/,
  operated(one(0, 3, "IPC_NOWAIT"), one(2, 4, "IPC_NOWAIT")),
  /semctl\(\d+, 0, IPC_SET, .*mode=040/,
  /semget\(0x5a170002, 3, IPC_CREAT\|IPC_EXCL\|0600\) += -1 EEXIST/,
  /semget\(0x5a170002, 3, 0600\) += \d+/,
  /semctl\(\d+, 0, IPC_STAT, .*mode=040.*\) += 0/,
  /semctl\(\d+, 0, IPC_RMID, .*\) += 0/,
];

/** What PHP's own extension asks for, call by call. */
const likePhp: readonly RegExp[] = [
  /semget\(0x5a170002, 3, IPC_CREAT\|0666\) += \d+/,
  operated(one(2, 0, "0"), one(2, 1, "SEM_UNDO"), one(1, 1, "SEM_UNDO")),
  /semctl\(\d+, 1, GETVAL, .*\) += 1/,
  /semctl\(\d+, 0, SETVAL, (2|0x2)\) += 0/,
  operated(one(2, -1, "SEM_UNDO")),
  operated(one(0, -1, both)),
  operated(one(0, 1, both)),
  operated(one(0, -1, "SEM_UNDO")),
  operated(one(1, -1, both), one(0, 1, both)),
];

test("strace sees every flag and command of the room, and nothing that was not asked for", {
  needs: ["strace", "unsanitized"],
}, async (scene) => {
  const calls = await trace(scene, "every-call");
  let from = 0;
  for (const pattern of [...asked, ...created, ...likePhp]) {
    const index = calls.findIndex((call, at) => at >= from && pattern.test(call));
    assert.notEqual(index, -1, `not seen: ${pattern}\nin\n${calls.slice(from).join("\n")}`);
    from = index + 1;
  }
});

test("acquire() blocks in semop without IPC_NOWAIT on a thread that is not the main one", {
  needs: ["strace", "unsanitized"],
}, async (scene) => {
  const calls = await trace(scene, "every-call");
  const main = calls[0]?.split(" ")[0];
  const waited = calls.find((call) => /\[\{0, -32767, SEM_UNDO\}\], 1\) += 0/.test(call));
  assert.ok(waited !== undefined, calls.join("\n"));
  assert.notEqual(waited.split(" ")[0], main);
});

/** The semaphore calls of one of our programs, in the order in which they were answered. */
async function trace(scene: TestScene, program: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-strace-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "calls");
  const what = "trace=semget,semop,semtimedop,semctl";
  const watched = [process.execPath, programPath(program)];
  const options = ["-f", "-e", what, "-e", "signal=none", "-o", file, "--", ...watched];
  await ask("strace", options, { timeoutMs: 30_000 });
  return plain(readFileSync(file, "utf8").split("\n"));
}

/**
 * Joins the halves of calls that others came between, and leaves out what versions of strace write
 * differently: IPC_64 and the names of an operation's fields.
 */
function plain(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of lines) {
    const thread = line.split(" ")[0] ?? "";
    const resumed = /<\.\.\. sem\w+ resumed>(.*)/.exec(line)?.[1];
    if (line.endsWith("<unfinished ...>"))
      begun.set(thread, line.replace(/ *<unfinished ...>/, ""));
    else if (resumed !== undefined) calls.push(`${begun.get(thread)} ${resumed}`);
    else if (line.includes("sem")) calls.push(line);
  }
  return calls.map((call) =>
    call
      .replace("IPC_64|", "")
      .replace(/sem_(num|op|flg)=/g, "")
      .replace(" )", ")"),
  );
}
