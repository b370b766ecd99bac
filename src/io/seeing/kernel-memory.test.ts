/** Shows which devices are the kernel's own, and that no file of anybody's lies there. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import { close } from "../../sys/fd.ts";
import { memfdCreate } from "../../sys/memfd.ts";
import { decodeMaps } from "../../wire/proc/maps.ts";
import { decodeMountinfo } from "../../wire/proc/mountinfo.ts";
import { deviceKey, deviceOf, isKernelMemory, kernelMemory } from "./kernel-memory.ts";

test("isKernelMemory() is true of a memfd, and of no file system that is mounted", () => {
  const fd = memfdCreate("of a test", 0);
  try {
    const [major, minor] = deviceOf(statSync(`/proc/self/fd/${fd}`, { bigint: true }).dev);
    assert.equal(isKernelMemory(major, minor), true);
    assert.equal(kernelMemory().ordinary, deviceKey(major, minor));
  } finally {
    close(fd);
  }
  for (const { major, minor, type } of decodeMountinfo(readFileSync("/proc/self/mountinfo"))) {
    assert.equal(isKernelMemory(major, minor), false, type);
  }
});

test("deviceOf() takes a device number apart as the C library does", () => {
  assert.deepEqual(deviceOf(0xfe00n), [254, 0]);
  assert.deepEqual(deviceOf(0x12_3456n), [0x234, 0x156]);
});

test("deviceOf() agrees with what /proc/PID/maps shows of our own program", () => {
  const { dev, ino } = statSync("/proc/self/exe", { bigint: true });
  const maps = decodeMaps(readFileSync("/proc/self/maps"));
  const own = maps.find(({ inode }) => BigInt(inode) === ino);
  assert.deepEqual(deviceOf(dev), [own?.major, own?.minor]);
});
