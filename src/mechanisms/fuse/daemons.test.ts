/** Whether a daemon can still answer, from tables of processes that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { callOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Descriptor, Process, Thread } from "../../wire/proc/process-table.ts";
import { syscallTables } from "../../wire/proc/syscall-numbers.ts";
import { daemons, stuckBecause } from "./daemons.ts";

const device: Descriptor = {
  fd: 3,
  target: "/dev/fuse",
  kind: "device",
  inode: null,
  access: "read-write",
  info: "flags:\t02\nfuse_connection:\t42\n",
};

/** What watches the device. */
const epoll: Descriptor = {
  fd: 4,
  target: "anon_inode:[eventpoll]",
  kind: "eventpoll",
  inode: null,
  access: null,
  info: "flags:\t02\ntfd:        3 events:       19 data: 3  pos:0 ino:1 sdev:1\n",
};

function threadIn(tid: number, name?: string, ...values: readonly bigint[]): Thread {
  const table = process.arch === "x64" ? syscallTables.x64 : syscallTables.arm64;
  const [number = -1] = [...table].find(([, one]) => one === name) ?? [];
  return { tid, syscall: name === undefined ? undefined : callOf(number, values) };
}

function serving(threads: readonly Thread[], changes: Partial<Process> = {}): Process {
  return processIn(11, { descriptors: [device, epoll], threads, ...changes });
}

function stuck(...processes: readonly Process[]): string | undefined {
  const view = viewOf(processes);
  return stuckBecause(view, daemons(view).get(42));
}

const reading = threadIn(11, "read", 3n);
const polling = threadIn(12, "epoll_pwait", 4n);
const sleeping = threadIn(13, "clock_nanosleep", 0n);

test("daemons() finds who serves a connection, and the threads that wait for requests", () => {
  const daemon = daemons(viewOf([serving([reading, polling, sleeping])])).get(42);
  assert.deepEqual(
    daemon?.held.map(({ process }) => process.pid),
    [11],
  );
  assert.deepEqual([...(daemon?.idle ?? [])].sort(), ["11/11", "11/12"]);
  assert.equal(daemons(viewOf([processIn(11)])).size, 0);
});

test("stuckBecause() complains of who is stopped, blocked elsewhere, or leaves requests", () => {
  assert.equal(stuck(serving([reading], { state: "T" })), "is stopped");
  assert.match(stuck(serving([sleeping])) ?? "", /^is blocked elsewhere/);
  assert.match(stuck(serving([reading, polling])) ?? "", /^waits for further requests/);
});

test("stuckBecause() complains of nobody who may be about to answer", () => {
  assert.equal(stuck(serving([reading, sleeping])), undefined);
  assert.equal(stuck(serving([sleeping, threadIn(14)])), undefined);
  assert.equal(stuck(serving([reading, threadIn(14)])), undefined);
  assert.equal(stuck(processIn(11)), undefined);
  const other = { ...serving([threadIn(21)]), pid: 21 };
  assert.equal(stuck(serving([reading], { state: "T" }), other), undefined);
});
