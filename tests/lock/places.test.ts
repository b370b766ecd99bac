/** Seeing which file a lock is on: unlinked, of an overlay, with another's inode number, elsewhere. */
import assert from "node:assert/strict";
import { mkdirSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Snapshot, snapshot, who } from "linux-ipc/inspect";
import { inTree } from "../../tools/paths.ts";
import { python } from "../harness/needs.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { folderFor, holdersOf, locker, lockOn, ownersOf, waitOf } from "./locking.ts";

const settings = { needs: ["python", "isolated"] } as const;

/** A file that is not there yet. */
function fileFor(scene: TestScene): string {
  return join(folderFor(scene), "file");
}

const look = (): Promise<Snapshot> => snapshot({ kinds: ["lock"] });

test(
  "snapshot() names a file that was unlinked by its device and inode",
  settings,
  async (scene) => {
    const path = fileFor(scene);
    const holder = await locker(scene, path);
    await holder.does("flock write");
    const { ino } = statSync(path);
    const number = lockOn(await look(), path).aliases[0];
    assert.match(number ?? "", new RegExp(`^lock:\\d+:\\d+:${ino}$`));
    unlinkSync(path);
    const seen = await look();
    assert.deepEqual(
      who(seen, number ?? "")?.holds.map(({ pid }) => pid),
      [holder.pid],
    );
    assert.equal(seen.objects.find(({ address }) => address === number)?.aliases.length, 0);
  },
);

test("snapshot() keeps two files apart that have one inode number", settings, async (scene) => {
  const folder = folderFor(scene);
  const paths = await Promise.all(
    ["one", "two"].map(async (name) => {
      const place = join(folder, name);
      await ask("mkdir", [place]);
      await ask("mount", ["-t", "tmpfs", "none", place]);
      scene.after(() => ask("umount", [place]));
      return join(place, "file");
    }),
  );
  const [one = "", two = ""] = paths;
  const [left, right] = [await locker(scene, one), await locker(scene, two)];
  const waiter = await locker(scene, one);
  await left.does("flock write");
  await right.does("flock write");
  await waiter.waitsTo("flock write");
  assert.equal(statSync(one).ino, statSync(two).ino);
  const seen = await look();
  assert.deepEqual(holdersOf(seen, lockOn(seen, one)), [[left.pid, "lock", left.fd, "write"]]);
  assert.deepEqual(holdersOf(seen, lockOn(seen, two)), [[right.pid, "lock", right.fd, "write"]]);
  assert.deepEqual(ownersOf(waitOf(seen, waiter.pid)), [left.pid]);
});

test("snapshot() finds the locks of files of an overlay", settings, async (scene) => {
  const folder = folderFor(scene);
  await ask("mount", ["-t", "tmpfs", "none", folder]);
  scene.after(() => ask("umount", [folder]));
  const [lower, upper, work, merged] = ["lower", "upper", "work", "merged"].map((name) =>
    join(folder, name),
  );
  for (const place of [lower, upper, work, merged]) mkdirSync(String(place));
  writeFileSync(`${lower}/file`, "");
  const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  await ask("mount", ["-t", "overlay", "-o", layers, "none", String(merged)]);
  scene.after(() => ask("umount", [String(merged)]));
  const path = `${merged}/file`;
  const [holder, waiter] = [await locker(scene, path), await locker(scene, path)];
  await holder.does("flock write");
  await waiter.waitsTo("flock write");
  const seen = await look();
  assert.deepEqual(holdersOf(seen, lockOn(seen, path)), [[holder.pid, "lock", holder.fd, "write"]]);
  assert.deepEqual(ownersOf(waitOf(seen, waiter.pid)), [holder.pid]);
});

test(
  "snapshot() finds by its path the lock of somebody in another mount namespace",
  settings,
  async (scene) => {
    const path = fileFor(scene);
    const script = inTree("tests/lock/peers/locker.py");
    await using peer = await startPeer("unshare", ["--mount", python, "-u", script, path]);
    const fd = Number(await peer.line());
    peer.say("flock write");
    assert.equal(await peer.line(), "trying");
    assert.equal(await peer.line(), "done");
    const seen = await look();
    assert.deepEqual(holdersOf(seen, lockOn(seen, path)), [[peer.pid, "lock", fd, "write"]]);
    assert.equal(lockOn(seen, path).address, `lock:${path}`);
  },
);
