/** Paths are compared by mount tables: which mount they end on, and what of it they name. */
import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import { processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Mount } from "../../wire/proc/mountinfo.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { isSamePlace, mountOver, pathHere } from "./path-here.ts";

function mount(id: number, mountPoint: string, minor: number, root = "/"): Mount {
  return { id, major: 0, minor, root, mountPoint, type: "tmpfs", superOptions: [] };
}

const root = mount(1, "/", 1);
const here = [root, mount(2, "/run", 2), mount(3, "/run/user", 3), mount(4, "/x", 2, "/lock")];

test("mountOver() finds the longest mount point, and of several there the last", () => {
  assert.equal(mountOver(here, "/run/lock/a")?.id, 2);
  assert.equal(mountOver(here, "/running")?.id, 1);
  assert.equal(mountOver(here, "/run")?.id, 2);
  assert.equal(mountOver(here, "/run/user/7")?.id, 3);
  assert.equal(mountOver([...here, mount(9, "/run", 9)], "/run/lock/a")?.id, 9);
  assert.equal(mountOver([], "/run"), undefined);
});

test("isSamePlace() holds where the same part of one file system is mounted", () => {
  assert.equal(isSamePlace(here, mount(20, "/run", 2), "/run/lock/a"), true);
  assert.equal(isSamePlace(here, mount(20, "/", 1), "/etc/a"), true);
  // Their /run/lock is a mount of its own, of the same part.
  assert.equal(isSamePlace(here, mount(20, "/run/lock", 2, "/lock"), "/run/lock/a"), true);
  assert.equal(isSamePlace(here, mount(20, "/run/lock", 2, "/other"), "/run/lock/a"), false);
});

test("isSamePlace() does not hold where another file system is mounted over it", () => {
  assert.equal(isSamePlace(here, mount(20, "/run", 7), "/run/lock/a"), false);
  assert.equal(isSamePlace(here, mount(20, "/", 1), "/run/lock/a"), false);
  assert.equal(isSamePlace(here, mount(20, "/elsewhere", 2), "/run/lock/a"), false);
});

/** A descriptor of this process, as the walk shows it. */
function descriptorOf(fd: number, target: string, info: string): Descriptor {
  return { fd, target, kind: "file", inode: null, access: "read", info };
}

test("pathHere() gives the path of a file of our own, and none of what was unlinked", () => {
  const process = processIn(globalThis.process.pid);
  const view = viewOf([process]);
  const fd = openSync("/", "r");
  const info = infoOf(fd);
  closeSync(fd);
  const file = descriptorOf(fd, "/", info);
  assert.equal(pathHere(view, { process, descriptor: file }), "/");
  const deleted = { ...file, kind: "deleted", target: "/x (deleted)" };
  assert.equal(pathHere(view, { process, descriptor: deleted }), undefined);
  const lost = { ...file, info: "mnt_id:\t4294967295\n" };
  assert.equal(pathHere(view, { process, descriptor: lost }), undefined);
});

function infoOf(fd: number): string {
  return readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
}
