/** The connections of FUSE are seen without a mount that anybody could see. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { close } from "./fd.ts";
import { openFusectl } from "./fusectl.ts";

test("openFusectl() is a directory of numbers, or says why not", () => {
  const mounts = readFileSync("/proc/self/mountinfo", "latin1");
  const fd = openFusectl();
  if (fd < 0) return assert.ok(fd === -1 || fd === -19 || fd === -38, `${fd}`);
  const names = readdirSync(`/proc/self/fd/${fd}`);
  assert.ok(names.every((name) => /^\d+$/.test(name)));
  assert.equal(readFileSync("/proc/self/mountinfo", "latin1"), mounts);
  close(fd);
});
