/** Shows that the lines of /proc/PID/maps are read and written byte for byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeMaps, encodeMaps, type Mapping } from "./maps.ts";
import { bytesOf, textOf } from "./text.ts";

const golden = [
  "55d0c0a00000-55d0c0a21000 r-xp 00002000 fe:00 1573                       /usr/bin/perl",
  "7f52eee1a000-7f52eee1e000 rw-s 00000000 00:01 32769                      /SYSV22220001 (deleted)",
  "7f52eee1e000-7f52eee1f000 r--s 00001000 00:1c 2                          /dev/shm/a b\\012c",
  "7f52eee1f000-7f52eee20000 rw-s 00000000 00:01 18446744073709551615       /dev/zero (deleted)",
  "7f52eee20000-7f52eee22000 ---p 00000000 00:00 0 ",
  "7ffd5e5f1000-7ffd5e612000 rw-p 00000000 00:00 0                          [stack]",
  "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
  "",
].join("\n");

test("decodeMaps() reads every field", () => {
  const [, segment, file, unnamed] = decodeMaps(bytesOf(golden));
  assert.deepEqual(segment, {
    start: 0x7f52eee1a000n,
    end: 0x7f52eee1e000n,
    read: true,
    write: true,
    execute: false,
    shared: true,
    offset: 0n,
    major: 0,
    minor: 1,
    inode: 32769,
    path: "/SYSV22220001 (deleted)",
  });
  assert.equal(file?.offset, 0x1000n);
  assert.deepEqual([file?.major, file?.minor, file?.write], [0, 0x1c, false]);
  assert.equal(file?.path, "/dev/shm/a b\\012c");
  assert.equal(unnamed?.inode, 2n ** 64n - 1n);
});

test("decodeMaps() reads mappings without a path, and those without any right", () => {
  const mappings = decodeMaps(bytesOf(golden));
  assert.equal(mappings.length, 7);
  const { read, write, execute, shared, path } = mappings[4] as Mapping;
  assert.deepEqual({ read, write, execute, shared, path }, { ...nothing, path: "" });
  assert.equal(mappings[6]?.start, 0xffffffffff600000n);
});

const nothing = { read: false, write: false, execute: false, shared: false };

test("encodeMaps(decodeMaps()) gives the same bytes, of this process too", () => {
  for (const bytes of [bytesOf(golden), new Uint8Array(readFileSync("/proc/self/maps"))]) {
    assert.equal(textOf(encodeMaps(decodeMaps(bytes))), textOf(bytes));
  }
});

test("decodeMaps() passes over what is no line of it", () => {
  const [line = ""] = golden.split("\n");
  const wrong = [line.replace("r-xp", "r-xq"), line.replace("-55", " 55"), line.slice(0, 30), "x"];
  assert.deepEqual(decodeMaps(bytesOf(wrong.join("\n"))), []);
  assert.equal(decodeMaps(bytesOf([...wrong, line].join("\n"))).length, 1);
});

test("decodeMaps() gives mappings for any bytes, and they come back", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(golden)), (bytes) => {
      const mappings = decodeMaps(bytes);
      assert.deepEqual(decodeMaps(encodeMaps(mappings)), mappings);
    }),
    { numRuns: 1000 },
  );
});
