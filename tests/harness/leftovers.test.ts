/** Shows that everything a test can leave behind is seen. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { holdings, leftSince } from "./leftovers.ts";
import { ask } from "./peer.ts";
import { test } from "./test.ts";

test("leftSince() is empty when nothing happened", () => {
  assert.deepEqual(leftSince(holdings()), []);
});

test("leftSince() names an open descriptor with its target", (scene) => {
  const before = holdings();
  const fd = openSync("/dev/null", "r");
  scene.after(() => closeSync(fd));
  assert.deepEqual(leftSince(before), [`descriptor ${fd} (/dev/null)`]);
});

test("leftSince() names a child that runs, by number and name", async (scene) => {
  const before = holdings();
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  scene.after(() => once(child, "exit"));
  scene.after(() => child.kill("SIGKILL"));
  await once(child, "spawn");
  const left = leftSince(before).filter((thing) => thing.startsWith("child "));
  assert.match(left.join(), new RegExp(`^child ${child.pid} \\(sleep, state .\\)$`));
});

test("leftSince() names a file in /dev/shm", (scene) => {
  const before = holdings();
  const file = `/dev/shm/linux-ipc-leftovers-${process.pid}`;
  scene.after(() => rmSync(file));
  writeFileSync(file, "");
  assert.deepEqual(leftSince(before), [`shared memory ${file}`]);
});

for (const [family, make, remove] of [
  ["msg", "--queue", "-q"],
  ["sem", "--semaphore=1", "-s"],
  ["shm", "--shmem=4096", "-m"],
] as const) {
  test(`leftSince() names a System V ${family}`, { needs: ["util-linux"] }, async (scene) => {
    const before = holdings();
    const id = /\d+$/.exec(await ask("ipcmk", [make]))?.[0] ?? "";
    scene.after(() => ask("ipcrm", [remove, id]));
    assert.match(leftSince(before).join(), new RegExp(`^System V ${family} id ${id} \\(key`));
  });
}

test("leftSince() names a mount", { needs: ["isolated"] }, async (scene) => {
  const before = holdings();
  await ask("mount", ["-t", "tmpfs", "tmpfs", "/mnt"]);
  scene.after(() => ask("umount", ["/mnt"]));
  assert.match(leftSince(before).join(), /^mount \d+ on \/mnt$/);
});
