/** Shows that the rights in /proc/PID/status are read rightly. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeRights } from "./rights.ts";
import { bytesOf } from "./text.ts";

const golden =
  "Name:\tcat\nCapPrm:\t0000000000000000\nCapEff:\t000001ffffffffff\nCapBnd:\t0000000000000000\n" +
  "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";

test("decodeRights() reads capabilities, seccomp and no_new_privs", () => {
  assert.deepEqual(decodeRights(bytesOf(golden)), {
    capabilities: 0x1ffffffffffn,
    seccomp: 2,
    noNewPrivileges: true,
  });
});

test("decodeRights() reads those of this process", () => {
  const { capabilities, noNewPrivileges } = decodeRights(readFileSync("/proc/self/status"));
  assert.equal(typeof capabilities, "bigint");
  assert.equal(typeof noNewPrivileges, "boolean");
});

test("decodeRights() gives null for what is not there", () => {
  const none = { capabilities: null, seccomp: null, noNewPrivileges: null };
  assert.deepEqual(decodeRights(bytesOf("")), none);
  assert.deepEqual(decodeRights(bytesOf("Name:\tCapEff:\t1\n")), none);
});

test("decodeRights() is total", () => {
  fc.assert(fc.property(anyBytes(bytesOf(golden)), (bytes) => void decodeRights(bytes)));
});
