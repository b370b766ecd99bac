/** Shows how /proc/locks and the lines "lock:" of fdinfo are read, whatever stands in them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeLocks, encodeLocks, fdinfoLocks, type LockLine } from "./locks.ts";
import { bytesOf, textOf } from "./text.ts";

/** As Linux 6.18 writes them. */
const golden = bytesOf(`1: LEASE  BREAKING  UNLCK 1 fe:00:16056728 0 EOF
1: -> LEASE  BREAKER   WRITE 46 <none>:0 0 EOF
2: OFDLCK ADVISORY  WRITE -1 fe:00:16056727 0 EOF
2: -> OFDLCK ADVISORY  WRITE -1 fe:00:16056727 0 EOF
3: POSIX  ADVISORY  WRITE 1 fe:00:16056726 5 14
4: FLOCK  ADVISORY  WRITE 1 103:02:16056726 0 EOF
4: -> FLOCK  ADVISORY  WRITE 42 103:02:16056726 0 EOF
4:  -> FLOCK  ADVISORY  READ 43 103:02:16056726 0 EOF
5: DELEG  ACTIVE    READ 1 00:2b:7 0 EOF
6: ACCESS ADVISORY  READ 9 00:2b:18446744073709551615 9223372036854775806 9223372036854775807
`);

const flock: LockLine = {
  id: 4,
  level: 0,
  type: "FLOCK",
  state: "ADVISORY",
  access: "WRITE",
  pid: 1,
  major: 0x103,
  minor: 2,
  inode: 16056726,
  start: 0,
  end: null,
};

test("decodeLocks() reads locks, those who wait, and those who wait behind them", () => {
  const lines = decodeLocks(golden);
  assert.equal(lines.length, 10);
  assert.deepEqual(lines[5], flock);
  assert.deepEqual(lines[6], { ...flock, level: 1, pid: 42 });
  assert.deepEqual(lines[7], { ...flock, level: 2, access: "READ", pid: 43 });
  assert.deepEqual([lines[4]?.start, lines[4]?.end], [5, 14]);
  assert.deepEqual([lines[2]?.type, lines[2]?.pid], ["OFDLCK", -1]);
});

test("decodeLocks() reads leases, and of who breaks one that there is no file", () => {
  const [lease, breaker] = decodeLocks(golden);
  assert.deepEqual([lease?.type, lease?.state, lease?.access], ["LEASE", "BREAKING", "UNLCK"]);
  assert.deepEqual([breaker?.level, breaker?.state, breaker?.inode], [1, "BREAKER", null]);
});

test("decodeLocks() keeps what passes 2^53", () => {
  const last = decodeLocks(golden).at(-1);
  assert.equal(last?.inode, 2n ** 64n - 1n);
  assert.deepEqual([last?.start, last?.end], [2n ** 63n - 2n, 2n ** 63n - 1n]);
});

test("encodeLocks() gives the kernel's own bytes", () => {
  assert.equal(textOf(encodeLocks(decodeLocks(golden))), textOf(golden));
  assert.doesNotThrow(() => decodeLocks(readFileSync("/proc/locks")));
});

test("fdinfoLocks() reads the locks of one descriptor", () => {
  const about = "pos:\t0\nflags:\t02100001\nmnt_id:\t43\nino:\t16056726\n";
  const line = "lock:\t1: FLOCK  ADVISORY  WRITE 1 103:02:16056726 0 EOF\n";
  assert.deepEqual(fdinfoLocks(about + line), [{ ...flock, id: 1 }]);
  assert.deepEqual(fdinfoLocks(about), []);
  assert.deepEqual(fdinfoLocks("lock:\tnone\nxlock:\t1"), []);
});

test("decodeLocks() passes over lines that are none, and what it reads is read again", () => {
  fc.assert(
    fc.property(anyBytes(golden), (bytes) => {
      const lines = decodeLocks(bytes);
      assert.deepEqual(decodeLocks(encodeLocks(lines)), lines);
    }),
  );
});
