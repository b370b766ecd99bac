/** Holds the tables of system calls against the system's headers, and shows how calls are named. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import type { BlockedSyscall } from "./process-table.ts";
import { nameSyscall, signedArgument, syscallTables } from "./syscall-numbers.ts";

const headers = {
  x64: ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"],
  i386: ["/usr/include/x86_64-linux-gnu/asm/unistd_32.h", "/usr/include/asm/unistd_32.h"],
  arm64: ["/usr/include/asm-generic/unistd.h"],
} as const;

const wide = 0x7ffd_0000_0000n;
const narrow = 0xff8d_c8dcn;

function call(number: number, values: readonly bigint[], stackPointer: bigint): BlockedSyscall {
  return { number, arguments: values, stackPointer };
}

for (const architecture of ["x64", "i386", "arm64"] as const) {
  test(`syscallTables.${architecture} agrees with the system's header`, (scene) => {
    const path = headers[architecture].find((one) => existsSync(one));
    if (path === undefined) {
      scene.diagnostic("no header here: its numbers were compared where it was");
      return;
    }
    const known = numbersIn(readFileSync(path, "utf8"));
    for (const [number, name] of syscallTables[architecture]) {
      // A header may be older than the call.
      const theirs = known.get(name);
      if (theirs !== undefined) assert.equal(number, theirs, `${architecture} ${name}`);
    }
    assert.equal(known.get("msgrcv") !== undefined, true);
  });
}

function numbersIn(header: string): Map<string, number> {
  const defined = header.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)/gm);
  return new Map([...defined].map(([, name = "", number]) => [name, Number(number)]));
}

test("nameSyscall() names a call by architecture", () => {
  assert.equal(nameSyscall("x64", call(70, [], wide))?.name, "msgrcv");
  assert.equal(nameSyscall("arm64", call(188, [], wide))?.name, "msgrcv");
  assert.equal(nameSyscall("x64", call(188, [], wide))?.name, "setxattr");
});

test("nameSyscall() reads a 32-bit task of x64 by the i386 table", () => {
  assert.deepEqual(nameSyscall("x64", call(401, [1n, 2n, 3n, 4n, 5n, 0n], narrow)), {
    name: "msgrcv",
    arguments: [1n, 2n, 3n, 4n, 5n, 0n],
    bits: 32,
  });
  assert.equal(nameSyscall("x64", call(418, [], narrow))?.name, "mq_timedsend");
});

test("nameSyscall() undoes ipc(2)", () => {
  const ipc = (...values: bigint[]): unknown => nameSyscall("x64", call(117, values, narrow));
  const named = (name: string, ...values: (bigint | undefined)[]): unknown => ({
    name,
    arguments: values,
    bits: 32,
  });
  assert.deepEqual(ipc(11n, 5n, 8000n, 0n, 0x1000n, 0n), named("msgsnd", 5n, 0x1000n, 8000n, 0n));
  assert.deepEqual(
    ipc(0x1000cn, 5n, 99n, 2n, 0x1000n, 7n),
    named("msgrcv", 5n, 0x1000n, 99n, 7n, 2n),
  );
  assert.deepEqual(
    ipc(12n, 5n, 99n, 2n, 0x1000n, 0n),
    named("msgrcv", 5n, undefined, 99n, undefined, 2n),
  );
  assert.deepEqual(ipc(4n, 5n, 2n, 0n, 0x10n, 0x20n), named("semtimedop", 5n, 0x10n, 2n, 0x20n));
  assert.deepEqual(ipc(1n, 5n, 2n, 0n, 0x10n, 0n), named("semop", 5n, 0x10n, 2n));
  assert.equal(ipc(99n), undefined);
  assert.equal(ipc(), undefined);
});

test("nameSyscall() does not know what it does not know", () => {
  assert.equal(nameSyscall("x64", call(4242, [], wide)), undefined);
  assert.equal(nameSyscall("riscv64", call(70, [], wide)), undefined);
  assert.equal(nameSyscall("constructor", call(70, [], wide)), undefined);
  assert.equal(nameSyscall("arm64", call(188, [], narrow)), undefined);
});

test("signedArgument() reads a negative value in the width of the task", () => {
  assert.equal(signedArgument(0xfffffff7n, 32), -9n);
  assert.equal(signedArgument(0xfffffff7n, 64), 0xfffffff7n);
  assert.equal(signedArgument(0xfffffffffffffff7n, 64), -9n);
});
