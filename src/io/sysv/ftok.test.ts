/** Keys from paths. The comparison with C and others is in tests/message-queue. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import { ftok } from "./ftok.ts";

test("ftok() joins the project, the device and the inode", () => {
  const { dev, ino } = statSync("/proc/self/exe");
  const expected = 0x41 * 2 ** 24 + (dev & 0xff) * 2 ** 16 + (ino & 0xffff);
  assert.equal(ftok("/proc/self/exe", 0x41), expected);
  assert.equal(ftok(Buffer.from("/proc/self/exe"), 0x141), expected);
});

test("ftok() is unsigned where the project's highest bit is set", () => {
  assert.ok(ftok("/", 0xff) > 0x7fffffff);
});

test("ftok() names the file and the call when there is no file", () => {
  assert.throws(() => ftok("/nowhere", 1), { code: "ENOENT", syscall: "stat", path: "/nowhere" });
});

test("ftok() takes a project whose low 8 bits are zero, as C does", () => {
  assert.equal(ftok("/", 0), ftok("/", 256));
  assert.equal(ftok("/", 0) >>> 24, 0);
});

test("ftok() refuses what is no project and what is no path", () => {
  const text = "1" as unknown as number;
  assert.throws(() => ftok("/", text), { code: "ERR_INVALID_ARG_TYPE" });
  for (const projectId of [1.5, Number.NaN]) {
    assert.throws(() => ftok("/", projectId), { code: "ERR_OUT_OF_RANGE" });
  }
  assert.throws(() => ftok(7 as unknown as string, 1), { code: "ERR_INVALID_ARG_TYPE" });
  assert.throws(() => ftok("a\0b", 1), { code: "ERR_INVALID_ARG_VALUE" });
});
