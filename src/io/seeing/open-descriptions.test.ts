/** Shows what is told apart by the kernel's text alone, on tables of processes that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { processIn, viewOf } from "../../../tests/inspect/table.ts";
import { encodeEventfd } from "../../wire/proc/fdinfo/eventfd.ts";
import { encodePidfd } from "../../wire/proc/fdinfo/pidfd.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { addressBehind, openDescriptions, sharingGaps } from "./open-descriptions.ts";

/** No process has a number like these. */
const FAR = 0x7fff0000;

function descriptorOf(fd: number, kind: string, lines: string, inode = 1038): Descriptor {
  const target = `anon_inode:[${kind}]`;
  const info = `pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t${inode}\n${lines}`;
  return { fd, target, kind, inode: null, access: null, info };
}

function eventfdOf(fd: number, id: number | undefined): Descriptor {
  return descriptorOf(fd, "eventfd", encodeEventfd({ count: 1n, id, semaphore: false }));
}

test("openDescriptions() joins eventfds by the kernel's number", () => {
  const view = viewOf([
    processIn(FAR + 2, { descriptors: [eventfdOf(7, 42)] }),
    processIn(FAR + 1, { descriptors: [eventfdOf(3, 42), eventfdOf(4, 43)] }),
  ]);
  const [shared, own] = openDescriptions(view, "eventfd");
  assert.deepEqual([shared?.address, own?.address], ["eventfd:42", "eventfd:43"]);
  assert.deepEqual(shared?.aliases, [`eventfd:${FAR + 1}/3`, `eventfd:${FAR + 2}/7`]);
  assert.deepEqual([shared?.held.length, own?.held.length], [2, 1]);
  const [last] = view.processes.processes.values();
  assert.equal(last && addressBehind(view, last.descriptors?.[0] as Descriptor), "eventfd:42");
});

test("openDescriptions() names by the holder where the kernel has no number", () => {
  const view = viewOf([processIn(FAR, { descriptors: [eventfdOf(3, undefined)] })]);
  const [only] = openDescriptions(view, "eventfd");
  assert.deepEqual([only?.address, only?.aliases], [`eventfd:${FAR}/3`, []]);
});

test("openDescriptions() joins pidfds by an inode of their own, and by no other", () => {
  const pidfd = (inode: number): Descriptor =>
    descriptorOf(5, "pidfd", encodePidfd({ pid: 1, namespaced: [1] }), inode);
  const others = [eventfdOf(9, 1)];
  const now = [1, 2].map((n) => processIn(FAR + n, { descriptors: [pidfd(77), ...others] }));
  assert.deepEqual(
    openDescriptions(viewOf(now), "pidfd").map(({ address, held }) => [address, held.length]),
    [["pidfd:77", 2]],
  );
  const before = [1, 2].map((n) => processIn(FAR + n, { descriptors: [pidfd(1038), ...others] }));
  assert.deepEqual(
    openDescriptions(viewOf(before), "pidfd").map(({ address }) => address),
    [`pidfd:${FAR + 1}/5`, `pidfd:${FAR + 2}/5`],
  );
});

test("openDescriptions() takes it for no gap that a process has ended meanwhile", () => {
  const epoll = descriptorOf(3, "eventpoll", "");
  const view = viewOf([1, 2, 3].map((n) => processIn(FAR + n, { descriptors: [epoll] })));
  const all = openDescriptions(view, "eventpoll");
  assert.deepEqual(
    all.map(({ unknown }) => unknown),
    [{}, {}, {}],
  );
  assert.deepEqual(sharingGaps(view, ["eventpoll", "timerfd"]), []);
});

test("openDescriptions() compares no crowd, and says so in one gap", () => {
  const timer = descriptorOf(3, "timerfd", "clockid: 1\n");
  const crowd = Array.from({ length: 4000 }, (_, n) =>
    processIn(FAR + n, { ppid: FAR - n, descriptors: [timer] }),
  );
  const view = viewOf(crowd);
  const [first, ...others] = openDescriptions(view, "timerfd");
  assert.equal(others.length, 3999);
  assert.match(first?.unknown["holders"] ?? "", /too many look alike/);
  const [gap, ...more] = sharingGaps(view, ["eventpoll", "timerfd"]);
  assert.deepEqual([gap?.what, gap?.reason, gap?.count], ["sharing", "too-many", 4000]);
  assert.deepEqual(more, []);
});

test("openDescriptions() compares those who differ only in what passes", () => {
  // What is said of this process's descriptor 0 is not true, but it is the same file as itself.
  const timer = (clock: number, value: number): Descriptor =>
    descriptorOf(0, "timerfd", `clockid: ${clock}\nticks: ${value}\nit_value: (${value}, 0)\n`);
  const seen = (...descriptors: Descriptor[]): number =>
    openDescriptions(viewOf([processIn(process.pid, { descriptors })]), "timerfd").length;
  assert.equal(seen(timer(1, 0), timer(1, 7)), 1);
  assert.equal(seen(timer(1, 0), timer(7, 0)), 2);
});
