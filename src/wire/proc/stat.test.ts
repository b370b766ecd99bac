/** Shows that a stat line is read rightly, however its name is chosen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeStat, isExiting, isKernelThread, type ProcessStat } from "./stat.ts";
import { bytesOf } from "./text.ts";

const rest =
  " S 1 3675 3675 0 -1 4194560 123 0 0 0 1 2 0 0 20 0 3 0 116530 10489856 1024 " +
  "18446744073709551615 1 1 0 0 0 0 0 4096 65538 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

test("decodeStat() reads a line of the kernel", () => {
  assert.deepEqual(decodeStat(bytesOf(`3675 (cat)${rest}`)), {
    pid: 3675,
    comm: "cat",
    state: "S",
    ppid: 1,
    pgrp: 3675,
    flags: 4194560,
    threads: 3,
    startTicks: 116530,
  });
});

test("decodeStat() reads the line of this process", () => {
  const stat = decodeStat(readFileSync("/proc/self/stat"));
  assert.equal(stat?.pid, process.pid);
  assert.equal(stat?.ppid, process.ppid);
  assert.ok((stat?.startTicks ?? 0) > 0);
});

test("decodeStat() keeps any name whole: parentheses, blanks, newlines, a forged line", () => {
  for (const comm of [") R 1 2 (", "a b", "a\nb", "", "(", "))", "x) Z 0 0 0 0 0"]) {
    const stat = decodeStat(bytesOf(`3675 (${comm})${rest}`));
    assert.equal(stat?.comm, comm);
    assert.equal(stat?.ppid, 1);
  }
});

test("decodeStat() replaces the bytes of a name that are no UTF-8", () => {
  const line = Buffer.concat([Buffer.from("7 (a"), Buffer.of(0xff), Buffer.from(`b)${rest}`)]);
  assert.equal(decodeStat(line)?.comm, "a�b");
});

/** The line of a process with these flags and this state. */
function statOf(flags: number, state = "S"): ProcessStat {
  const line = `2 (k)${rest.replace("4194560", `${flags}`).replace("S", state)}`;
  const stat = decodeStat(bytesOf(line));
  assert.ok(stat);
  return stat;
}

test("isKernelThread() tells the kernel's threads by PF_KTHREAD", () => {
  assert.deepEqual(
    [0x00208040, 0x00400100].map((flags) => isKernelThread(statOf(flags))),
    [true, false],
  );
});

test("isExiting() tells zombies, and processes on the way there by PF_EXITING", () => {
  const exiting = [statOf(0), statOf(0x00400104), statOf(0, "Z"), statOf(0, "X")].map(isExiting);
  assert.deepEqual(exiting, [false, true, true, true]);
});

test("decodeStat() is total", () => {
  const golden = bytesOf(`3675 (cat)${rest}`);
  fc.assert(
    fc.property(anyBytes(golden), (bytes) => {
      const stat = decodeStat(bytes);
      if (stat !== undefined) assert.match(stat.state, /^[A-Za-z]$/);
    }),
  );
});
