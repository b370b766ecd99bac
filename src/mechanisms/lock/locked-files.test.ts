/** Locks are put together from /proc/locks and from the descriptors that hold them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { processIn, viewOf } from "../../../tests/inspect/table.ts";
import { decodeLocks, type LockLine } from "../../wire/proc/locks.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { bytesOf } from "../../wire/proc/text.ts";
import { conflict, type LockedFile, lockedFiles } from "./locked-files.ts";

const linesOf = (...lines: readonly string[]): readonly LockLine[] =>
  decodeLocks(bytesOf(`${lines.join("\n")}\n`));

/** A descriptor on which these locks hang. */
function locked(fd: number, ...lines: readonly string[]): Descriptor {
  const info = `flags:\t0\nmnt_id:\t1\nino:\t7\n${lines.map((line) => `lock:\t${line}\n`).join("")}`;
  return { fd, target: "/x", kind: "file", inode: null, access: "write", info };
}

const shared = "FLOCK  ADVISORY  READ 0 fe:01:7 0 EOF";

function seen(pids: readonly number[], lines: readonly string[], of: readonly Descriptor[]) {
  const view = viewOf(pids.map((pid) => processIn(pid, { descriptors: of })));
  return [...lockedFiles(view, linesOf(...lines)).values()];
}

const holdersIn = ({ locks }: LockedFile): readonly (readonly number[])[] =>
  locks.map(({ holders }) => holders.map(({ process }) => process.pid));

test("lockedFiles() gives a lock every process that has the description open", () => {
  const [file] = seen([11, 12], [`1: ${shared}`], [locked(3, `1: ${shared}`)]);
  assert.equal(file?.key, "254:1:7");
  assert.deepEqual(file && holdersIn(file), [[11, 12]]);
});

test("lockedFiles() adds a lock that /proc/locks does not show here", () => {
  const [file] = seen([11], [], [locked(3, `1: ${shared}`)]);
  assert.deepEqual(file && holdersIn(file), [[11]]);
});

test("lockedFiles() gives out identical locks in turn", () => {
  const [file] = seen([11, 12], [`1: ${shared}`, `2: ${shared}`], [locked(3, `1: ${shared}`)]);
  assert.deepEqual(file && holdersIn(file), [[11], [12]]);
});

test("lockedFiles() keeps files apart by device, and those who wait by their lock", () => {
  const other = shared.replace("fe:01", "fe:02");
  const [first, second] = seen([], [`1: ${shared}`, `1: -> ${shared}`, `2: ${other}`], []);
  assert.deepEqual([first?.key, second?.key], ["254:1:7", "254:2:7"]);
  assert.deepEqual([first?.requests.length, second?.requests.length], [1, 0]);
});

test("lockedFiles() puts who breaks a lease at the file of the lease", () => {
  const lease = "1: LEASE  BREAKING  UNLCK 5 fe:01:7 0 EOF";
  const breaker = "1: -> LEASE  BREAKER   WRITE 6 <none>:0 0 EOF";
  const orphan = "2: -> LEASE  BREAKER   WRITE 6 <none>:0 0 EOF";
  const files = seen([], [lease, breaker, orphan], []);
  assert.deepEqual(
    files.map(({ requests }) => requests.map(({ pid }) => pid)),
    [[6]],
  );
});

test("conflict() is between owners whose ranges meet, one of them exclusive", () => {
  const [first, ...others] = linesOf(
    "1: POSIX  ADVISORY  WRITE 1 fe:01:7 10 19",
    "2: POSIX  ADVISORY  READ 2 fe:01:7 19 19",
    "3: OFDLCK ADVISORY  READ -1 fe:01:7 0 EOF",
    "4: POSIX  ADVISORY  WRITE 2 fe:01:7 20 EOF",
    "5: POSIX  ADVISORY  WRITE 1 fe:01:7 0 EOF",
    "6: FLOCK  ADVISORY  WRITE 2 fe:01:7 0 EOF",
  );
  assert.ok(first);
  assert.deepEqual(
    others.map((other) => conflict(first, other)),
    [true, true, false, false, false],
  );
  const [one, two] = linesOf(`1: ${shared}`, `2: ${shared}`);
  assert.equal(one && two && conflict(one, two), false);
});
