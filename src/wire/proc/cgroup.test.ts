/** Shows that control groups of both versions are read, and which path is shown. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { cgroupPath, decodeCgroup, encodeCgroup } from "./cgroup.ts";
import { bytesOf } from "./text.ts";

const hybrid = "9:name=systemd:/user.slice\n3:cpu,cpuacct:/a:b\n0::/\n";

test("decodeCgroup() reads every hierarchy", () => {
  assert.deepEqual(decodeCgroup(bytesOf(hybrid)), [
    { hierarchy: 9, controllers: ["name=systemd"], path: "/user.slice" },
    { hierarchy: 3, controllers: ["cpu", "cpuacct"], path: "/a:b" },
    { hierarchy: 0, controllers: [], path: "/" },
  ]);
});

test("encodeCgroup(decodeCgroup()) gives the same bytes", () => {
  const own = readFileSync("/proc/self/cgroup", "utf8");
  for (const text of [hybrid, "0::/system.slice/x.service\n", own]) {
    assert.deepEqual(encodeCgroup(decodeCgroup(bytesOf(text))), bytesOf(text));
  }
});

test("cgroupPath() prefers version 2, then systemd's hierarchy", () => {
  const path = (text: string): string | null => cgroupPath(decodeCgroup(bytesOf(text)));
  assert.equal(path("0::/system.slice/x.service\n"), "/system.slice/x.service");
  assert.equal(path(hybrid), "/user.slice");
  assert.equal(path("2:cpu:/only\n"), "/only");
  assert.equal(path("0::/\n"), "/");
  assert.equal(path(""), null);
});

test("decodeCgroup() is total", () => {
  fc.assert(fc.property(anyBytes(bytesOf(hybrid)), (bytes) => void decodeCgroup(bytes)));
});
