/** The room's limits, and who has nearly used up what he may have. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { processIn, viewOf } from "../../../tests/inspect/table.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { inotifyRoom } from "./room.ts";

test("probe() and limits() say what is there, and how much of it this user has", () => {
  assert.equal(inotifyRoom.probe().length, 2);
  const limits = inotifyRoom.limits();
  const counted = limits.filter(({ used }) => used !== null);
  assert.ok(counted.some(({ name }) => name === "fs.inotify.max_user_watches"));
  for (const { name, raise } of limits) assert.ok(raise.includes(name));
});

/** An instance that watches so many files. */
function inotifyOf(fd: number, watches: number): Descriptor {
  const lines = Array.from(
    { length: watches },
    (_, n) => `inotify wd:${(n + 1).toString(16)} ino:1 sdev:2a mask:2 ignored_mask:0 \n`,
  );
  const info = `pos:\t0\nflags:\t00\nmnt_id:\t17\nino:\t1038\n${lines.join("")}`;
  return { fd, target: "anon_inode:inotify", kind: "inotify", inode: null, access: null, info };
}

test("see() tells who has nearly all inotify instances of a user", () => {
  const most = readSysctlNumber("fs/inotify/max_user_instances") ?? 0;
  const many = Array.from({ length: most }, (_, n) => inotifyOf(n, n % 3));
  const view = viewOf([
    processIn(50, { uid: 1000, descriptors: many.slice(1) }),
    processIn(51, { uid: 1000, descriptors: many.slice(0, 1) }),
    processIn(52, { uid: 1001, descriptors: many.slice(0, 1) }),
  ]);
  const { findings, objects } = inotifyRoom.see(view);
  assert.equal(objects.length, most + 1);
  const [finding, ...more] = findings;
  assert.deepEqual([finding?.rule, more.length], ["inotify-instances-used-up", 0]);
  assert.deepEqual(finding?.processes, [50, 51]);
  assert.match(finding?.text[0] ?? "", new RegExp(`^The user 1000 has ${most} of ${most} `));
});
