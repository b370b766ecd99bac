/** What a blocked flock(2) or fcntl(2) asks for, from its arguments and the structure in its memory. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { blockedProcess, viewOf } from "../../../tests/inspect/table.ts";
import type { View } from "../../io/room.ts";
import { type DescriptorWait, descriptorWaits } from "../../io/seeing/descriptor-waits.ts";
import { syscallTables } from "../../wire/proc/syscall-numbers.ts";
import { type Requested, requestedBy } from "./requested.ts";

const address = 0x7000n;
const F_SETLKW = 7n;
const F_OFD_SETLKW = 38n;

/** A thread blocked on descriptor 3, whose position is 100. */
function asking(name: string, values: readonly bigint[], memory?: Uint8Array): Requested {
  const table = process.arch === "x64" ? syscallTables.x64 : syscallTables.arm64;
  const [number = -1] = [...table].find(([, one]) => one === name) ?? [];
  const about = { target: "/x", kind: "file", inode: null, access: "write" } as const;
  const descriptors = [{ fd: 3, ...about, info: "pos:\t100\nflags:\t0\n" }];
  const blocked = blockedProcess(11, number, [3n, ...values], { descriptors });
  const view = viewOf([blocked], new Map(memory === undefined ? [] : [[address, memory]]));
  return requestedBy(view, waitIn(view));
}

function waitIn(view: View): DescriptorWait {
  const [wait] = descriptorWaits(view, "file");
  assert.ok(wait);
  return wait;
}

function flock(type: number, whence: number, start: bigint, length: bigint): Uint8Array {
  const bytes = Buffer.alloc(32);
  bytes.writeInt16LE(type, 0);
  bytes.writeInt16LE(whence, 2);
  bytes.writeBigInt64LE(start, 8);
  bytes.writeBigInt64LE(length, 16);
  return bytes;
}

const words = ({ type, access, pid, start, end, isKnown }: Requested): unknown[] => [
  ...[type, access, pid, start, end, isKnown],
];

test("requestedBy() reads flock(2), whose locks are of the whole file", () => {
  assert.deepEqual(words(asking("flock", [2n])), ["FLOCK", "WRITE", 11, 0, null, true]);
  assert.deepEqual(words(asking("flock", [1n])), ["FLOCK", "READ", 11, 0, null, true]);
});

test("requestedBy() reads the range of a record lock, wherever it counts from", () => {
  const range = (whence: number, start: bigint, length: bigint): unknown[] =>
    words(asking("fcntl", [F_SETLKW, address], flock(1, whence, start, length))).slice(3);
  assert.deepEqual(range(0, 5n, 10n), [5, 14, true]);
  assert.deepEqual(range(0, 5n, 0n), [5, null, true]);
  assert.deepEqual(range(0, 5n, -5n), [0, 4, true]);
  assert.deepEqual(range(1, -10n, 5n), [90, 94, true]);
  assert.deepEqual(range(0, 2n ** 60n, 2n), [2n ** 60n, 2n ** 60n + 1n, true]);
  assert.deepEqual(range(2, 0n, 1n), [0, null, false]);
});

test("requestedBy() tells a lock of an open file description, and memory that is not to be read", () => {
  const ofd = asking("fcntl", [F_OFD_SETLKW, address], flock(0, 0, 1n, 1n));
  assert.deepEqual(words(ofd), ["OFDLCK", "READ", -1, 1, 1, true]);
  assert.deepEqual(words(asking("fcntl", [F_SETLKW, address])).slice(-1), [false]);
});
