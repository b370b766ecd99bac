/** The names of POSIX shared memory and semaphores, and how they go. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import { parsePosixName, removePosixName } from "./posix-name.ts";

test("parsePosixName() gives a name its one form", () => {
  assert.equal(parsePosixName("pshm", "/x"), "pshm:/x");
  assert.equal(parsePosixName("pshm", "x"), "pshm:/x");
  assert.equal(parsePosixName("psem", "//x y", "sem."), "psem:/x y");
  assert.equal(parsePosixName("psem", "/..", "sem."), "psem:/..");
  assert.equal(parsePosixName("pshm", `/${"x".repeat(255)}`).length, 261);
});

test("parsePosixName() refuses what is no name, or would lead out of the folder", () => {
  const wrong = [
    "",
    "/",
    "/a/b",
    "../x",
    "/..",
    "/.",
    "a\0b",
    `/${"x".repeat(256)}`,
    "é".repeat(128),
  ];
  for (const rest of wrong) {
    assert.throws(() => parsePosixName("pshm", rest), { code: "ERR_OUT_OF_RANGE" });
  }
  const long = "x".repeat(252);
  assert.throws(() => parsePosixName("psem", long, "sem."), { code: "ERR_OUT_OF_RANGE" });
});

test("removePosixName() removes a regular file and nothing else", {
  needs: ["isolated"],
}, (scene) => {
  writeFileSync("/dev/shm/file", "");
  removePosixName("pshm:/file", "file");
  assert.equal(existsSync("/dev/shm/file"), false);
  mkdirSync("/dev/shm/folder");
  scene.after(() => rmdirSync("/dev/shm/folder"));
  symlinkSync("folder", "/dev/shm/link");
  scene.after(() => unlinkSync("/dev/shm/link"));
  for (const name of ["folder", "link"]) {
    assert.throws(() => removePosixName(`pshm:/${name}`, name), { code: "EINVAL" });
  }
  const nothing = { code: "ENOENT", syscall: "unlink", address: "pshm:/nothing" };
  assert.throws(() => removePosixName("pshm:/nothing", "nothing"), nothing);
});
