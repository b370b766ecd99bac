/** Shows that who watches files is seen: which files, for which events, who waits, who can stop others. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshot } from "linux-ipc/inspect";
import { blockedIn } from "../event/blocked-in.ts";
import { behind, startEvents, waitsOf } from "../event/scene.ts";
import { until } from "../harness/deadline.ts";
import { ask, startPeer } from "../harness/peer.ts";
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

test("snapshot() says of a fanotify group whom it has stopped, and who could answer", {
  needs: ["gcc", "isolated", "root"],
}, async (scene) => {
  const folder = await mounted(scene);
  const file = join(folder, "file");
  writeFileSync(file, "x");
  const { peer, numbers } = await startEvents(scene, source, "permission", folder);
  const [fd = -1] = numbers;
  if (fd < 0) return scene.diagnostic("fanotify_init was refused");
  await using reader = await startPeer("cat", [file]);
  await until("cat to be stopped", () =>
    readFileSync(`/proc/${reader.pid}/wchan`, "latin1").startsWith("fanotify_"),
  );
  const seen = await snapshot();
  const object = behind(seen, peer.pid, fd);
  assert.deepEqual([object.details["class"], object.flags], ["content", ["permission"]]);
  const [mark] = object.details["marks"] as readonly Record<string, unknown>[];
  assert.deepEqual(mark?.["mountPoints"], [folder]);
  const [wait] = waitsOf(seen, reader.pid);
  assert.deepEqual([wait?.object, wait?.operation], [object.address, "open"]);
  assert.deepEqual(wait?.owners, [{ pid: peer.pid, tid: null, via: "fanotify" }]);
  const finding = seen.findings.find(({ objects }) => objects.includes(object.address));
  assert.deepEqual(
    [finding?.rule, finding?.processes],
    ["fanotify-unanswered", [reader.pid, peer.pid]],
  );
  peer.kill();
  assert.equal((await reader.ended()).stdout, "x");
});
