/** The room's limits and probes, and what it concludes on tables of processes that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { blockedProcess, viewOf } from "../../../tests/inspect/table.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { eventRoom } from "./room.ts";

test("probe() says what this kernel tells of events", () => {
  const probes = eventRoom.probe();
  assert.equal(probes.length, 4);
  for (const { available, reason } of probes) assert.equal(reason === "", available);
});

test("limits() names each limit and the way to raise it", () => {
  for (const { name, limit, raise } of eventRoom.limits()) {
    assert.ok(limit > 0);
    assert.ok(raise.includes(name));
  }
});

const EPOLL_WAIT: Readonly<Record<string, number>> = { x64: 232, arm64: 22 };
const epoll: Descriptor = {
  fd: 4,
  target: "anon_inode:[eventpoll]",
  kind: "eventpoll",
  inode: null,
  access: null,
  info: "pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1038\n",
};

/** A process of these threads, of which one waits for the instance's events. */
function waiting(threads: number, timeout: bigint) {
  const call = EPOLL_WAIT[process.arch] ?? 0;
  const one = blockedProcess(50, call, [4n, 0n, 1n, timeout], { descriptors: [epoll] });
  const others = Array.from({ length: threads - 1 }, (_, n) => ({
    tid: 51 + n,
    syscall: undefined,
  }));
  return viewOf([{ ...one, threads: [...one.threads, ...others] }]);
}

test("see() hedges where another thread could add what is to be watched", () => {
  const alone = eventRoom.see(waiting(1, 0xffffffffn)).findings;
  assert.deepEqual(
    alone.map(({ rule, severity }) => [rule, severity]),
    [["epoll-watches-nothing", "warning"]],
  );
  const among = eventRoom.see(waiting(2, 0xffffffffn)).findings;
  assert.deepEqual(
    among.map(({ severity }) => severity),
    ["info"],
  );
});

test("see() finds nothing strange in a wait that ends by itself", () => {
  const { findings, waits } = eventRoom.see(waiting(1, 1000n));
  assert.deepEqual(findings, []);
  assert.deepEqual([waits.length, waits[0]?.isTimed], [1, true]);
});
