/** Shows that who watches files is seen: which files, for which events, who waits, who can stop others. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshot } from "linux-ipc/inspect";
import { blockedIn } from "../event/blocked-in.ts";
import { behind, startEvents, waitsOf } from "../event/scene.ts";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";

const source = "tests/inotify/peers/watching.c";

/** A folder that is gone after the test. */
function folderFor(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-watched-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What is seen of the peer when it waits; undefined where the kernel has refused. */
async function seenIn(scene: TestScene, ...words: readonly string[]) {
  const { peer, numbers } = await startEvents(scene, source, ...words);
  const [fd = -1] = numbers;
  if (fd < 0) return undefined;
  await blockedIn(peer.pid, "read");
  const seen = await snapshot();
  return { peer, fd, seen, object: behind(seen, peer.pid, fd), wait: waitsOf(seen, peer.pid)[0] };
}

test("snapshot() sees what an inotify instance watches, and who waits for it", {
  needs: ["gcc"],
}, async (scene) => {
  const folder = folderFor(scene);
  const all = await seenIn(scene, "inotify", folder, "/proc");
  assert.ok(all);
  const { object, wait, peer, fd } = all;
  assert.equal(object.address, `inotify:${peer.pid}/${fd}`);
  assert.deepEqual(object.used, { watches: 2 });
  const watches = object.details["watches"] as readonly Record<string, unknown>[];
  const watch = watches.find((one) => one["watch"] === 1);
  assert.equal(watch?.["inode"], statSync(folder).ino);
  assert.deepEqual(watch?.["events"], ["IN_CREATE", "IN_DELETE"]);
  assert.deepEqual([wait?.object, wait?.operation], [object.address, "read"]);
  assert.equal(wait?.text, "an event in what it watches, 2 files");
});

test("snapshot() sees a wait for an inotify instance that watches nothing", {
  needs: ["gcc"],
}, async (scene) => {
  const all = await seenIn(scene, "nothing", "/");
  assert.equal(all?.wait?.text, "an event, and it watches nothing");
});

test("snapshot() sees the marks of a fanotify group", { needs: ["gcc"] }, async (scene) => {
  const folder = folderFor(scene);
  const all = await seenIn(scene, "fanotify", folder);
  if (all === undefined) return scene.diagnostic("fanotify_init was refused");
  const { object, wait } = all;
  assert.deepEqual([object.details["class"], object.flags], ["notification", []]);
  const [mark] = object.details["marks"] as readonly Record<string, unknown>[];
  assert.equal(mark?.["inode"], statSync(folder).ino);
  assert.deepEqual(mark?.["events"], ["FAN_OPEN"]);
  assert.equal(wait?.text, "an event of what it has marked");
});

test("snapshot() says of a fanotify group that it can stop others", {
  needs: ["gcc", "isolated", "root"],
}, async (scene) => {
  // The mount of a file system that nobody else opens a file of.
  const all = await seenIn(scene, "permission", "/dev/mqueue");
  if (all === undefined) return scene.diagnostic("fanotify_init was refused");
  const { object } = all;
  assert.deepEqual([object.details["class"], object.flags], ["content", ["permission"]]);
});

/** A file system of one's own, mounted for the test. */
async function mounted(scene: TestScene): Promise<string> {
  const folder = folderFor(scene);
  await ask("mount", ["-t", "tmpfs", "watched", folder]);
  scene.after(() => ask("umount", [folder]));
  return folder;
}

test("snapshot() tells the paths of what is watched, and no watcher notices", {
  needs: ["gcc", "isolated", "root"],
}, async (scene) => {
  const folder = await mounted(scene);
  const [below, file] = [join(folder, "a b"), join(folder, "a b", "file")];
  mkdirSync(below);
  writeFileSync(file, "x");
  const all = await seenIn(scene, "everything", folder, below, file);
  assert.ok(all);
  const { peer, object } = all;
  const watches = object.details["watches"] as readonly Record<string, unknown>[];
  assert.deepEqual(
    watches.map((watch) => [watch["watch"], watch["path"]]),
    [
      [3, file],
      [2, below],
      [1, folder],
    ],
  );
  // Another look, and the peer still has read nothing.
  await snapshot();
  await blockedIn(peer.pid, "read");
  assert.equal(peer.child.exitCode, null);
  rmSync(file);
  assert.equal((await peer.ended()).code, 1);
});

test("snapshot() gives no path that leads elsewhere by now", {
  needs: ["gcc", "isolated", "root"],
}, async (scene) => {
  const folder = await mounted(scene);
  const file = join(folder, "file");
  writeFileSync(file, "x");
  const { peer, numbers } = await startEvents(scene, source, "inotify", file);
  await blockedIn(peer.pid, "read");
  renameSync(file, join(folder, "renamed"));
  writeFileSync(file, "y");
  const [watch] = behind(await snapshot(), peer.pid, numbers[0] ?? -1).details["watches"] as [
    Record<string, unknown>,
  ];
  assert.equal(watch["path"], join(folder, "renamed"));
});
