/** Shows that the two halves of the tables of system calls do not contradict each other. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { arm64Files, i386Files, x64Files } from "./file-syscalls.ts";
import { syscallTables } from "./syscall-numbers.ts";

const halves = { x64: x64Files, arm64: arm64Files, i386: i386Files } as const;

for (const architecture of ["x64", "arm64", "i386"] as const) {
  test(`${architecture}Files names each call once, and none that is named elsewhere`, () => {
    const half = halves[architecture];
    const whole = syscallTables[architecture];
    for (const [number, name] of half) assert.equal(whole.get(number), name);
    assert.equal(new Set(half.map(([number]) => number)).size, half.length);
    assert.equal(new Set(whole.values()).size, whole.size);
  });
}
