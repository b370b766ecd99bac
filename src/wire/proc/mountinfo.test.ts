/** Shows that a /proc which hides processes is told from one that does not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeMountinfo, hidesProcesses } from "./mountinfo.ts";
import { bytesOf } from "./text.ts";

const proc = (options: string): string =>
  `22 1 0:20 / /proc rw,relatime shared:5 - proc proc ${options}\n`;

test("decodeMountinfo() reads a mount with and without optional fields", () => {
  const text = `${proc("rw")}23 1 0:21 / /sys\\040x rw - sysfs sysfs ro,x\n`;
  assert.deepEqual(decodeMountinfo(bytesOf(text)), [
    {
      id: 22,
      major: 0,
      minor: 20,
      root: "/",
      mountPoint: "/proc",
      type: "proc",
      superOptions: ["rw"],
    },
    {
      id: 23,
      major: 0,
      minor: 21,
      root: "/",
      mountPoint: "/sys x",
      type: "sysfs",
      superOptions: ["ro", "x"],
    },
  ]);
});

test("decodeMountinfo() reads the mounts of this process", () => {
  const mounts = decodeMountinfo(readFileSync("/proc/self/mountinfo"));
  assert.ok(mounts.some((mount) => mount.mountPoint === "/proc" && mount.type === "proc"));
});

test("hidesProcesses() knows hidepid in its numbers and words, of the last mount", () => {
  const hides = (text: string): boolean => hidesProcesses(decodeMountinfo(bytesOf(text)));
  for (const value of ["1", "2", "4", "noaccess", "invisible", "ptraceable"]) {
    assert.equal(hides(proc(`rw,hidepid=${value},gid=4`)), true, value);
  }
  for (const options of ["rw", "rw,hidepid=0", "rw,hidepid=off"]) {
    assert.equal(hides(proc(options)), false, options);
  }
  assert.equal(hides(proc("rw,hidepid=2") + proc("rw")), false);
  assert.equal(hides(""), false);
});

test("decodeMountinfo() is total", () => {
  fc.assert(fc.property(anyBytes(bytesOf(proc("rw"))), (bytes) => void decodeMountinfo(bytes)));
});
