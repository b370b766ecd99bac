/** Shows that who watches files is seen: which files, for which events, who waits, who can stop others. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshot } from "linux-ipc/inspect";
import { blockedIn } from "../event/blocked-in.ts";
import { behind, startEvents, waitsOf } from "../event/scene.ts";
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
