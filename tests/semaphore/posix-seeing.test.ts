/** Seeing POSIX semaphores that foreign programs made: their values, who has them, and who waits. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { findObject, leaks, type Snapshot, snapshot, type Wait, why } from "linux-ipc/inspect";
import { semaphoreRoom } from "../../src/mechanisms/semaphore/room.ts";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";

const settings = { needs: ["gcc", "isolated"] } as const;
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

/** The peer in C, which is gone after the test with what it made. */
async function posix(scene: TestScene, way: string, name: string): Promise<Peer> {
  const peer = await startPeer(await compiled(scene, "tests/semaphore/peers/posix.c"), [way, name]);
  scene.after(async () => {
    peer.end();
    if (way === "stuck") peer.kill();
    await peer.ended();
    rmSync(`/dev/shm/sem.${name.slice(1)}`, { force: true });
  });
  return peer;
}

function waitsOn({ waits }: Snapshot, address: string): readonly Wait[] {
  return waits.filter(({ object }) => object === address);
}

/** A snapshot in which so many wait there. */
async function whenWaited(address: string, count: number): Promise<Snapshot> {
  return await until(`${count} waits on ${address}`, async () => {
    const seen = await snapshot();
    return waitsOn(seen, address).length === count ? seen : undefined;
  });
}

test(
  "snapshot() finds who made a semaphore, whose mapping has a name that is gone",
  settings,
  async (scene) => {
    const peer = await posix(scene, "made", "/made");
    assert.match(await peer.line(), /^\/dev\/shm\/sem\.\w{6} \(deleted\)$/);
    const seen = await snapshot();
    const object = findObject(seen, "psem:/made");
    assert.deepEqual([object?.used["value"], object?.flags, object?.mode], [3, [], 0o600]);
    const holds = seen.holds.filter((hold) => hold.object === "psem:/made");
    assert.deepEqual(
      holds.map(({ pid, how, mode }) => [pid, how, mode]),
      [[peer.pid, "mapping", "read-write"]],
    );
    assert.equal(seen.objects.filter(({ kind }) => kind === "psem").length, 1);
    assert.deepEqual(seen.findings, []);
  },
);

test("snapshot() shows each who waits for a semaphore, and how", settings, async (scene) => {
  const peer = await posix(scene, "waited", "/waited");
  const [first = 0, second = 0] = (await peer.line()).split(" ").map(Number);
  const seen = await whenWaited("psem:/waited", 2);
  const object = findObject(seen, "psem:/waited");
  assert.deepEqual([object?.used["value"], object?.details["waiters"]], [0, 2]);
  assert.equal(object?.unknown["waiters"], undefined);
  const waits = waitsOn(seen, "psem:/waited");
  assert.deepEqual(
    waits.map(({ pid, operation, text, isTimed }) => [pid, operation, text, isTimed]),
    [
      [first, "wait", "the semaphore to be posted", undefined],
      [second, "wait", "the semaphore to be posted", true],
    ],
  );
  assert.equal(
    seen.objects.some(({ kind }) => kind === "futex"),
    false,
  );
  assert.ok(why(seen, first)?.text[0]?.includes("waits for the semaphore to be posted"));
  assert.deepEqual(seen.findings, []);
});

test("snapshot() concludes from nobody being left who could post", settings, async (scene) => {
  const peer = await posix(scene, "stuck", "/stuck");
  await peer.line();
  const seen = await whenWaited("psem:/stuck", 3);
  const found = seen.findings.find(({ objects }) => objects.includes("psem:/stuck"));
  assert.equal(found?.rule, "semaphore-only-waiters");
  assert.equal(found?.severity, "warning");
  assert.equal(found?.processes.length, 3);
  assert.match(found?.text.at(-1) ?? "", /unless another opens it by its name/);
});

test("snapshot() shows a semaphore that was unlinked, and its value", settings, async (scene) => {
  const peer = await posix(scene, "nameless", "/nameless");
  const waiter = Number(await peer.line());
  const seen = await until("a wait", async () => {
    const now = await snapshot();
    return now.waits.some(({ pid }) => pid === waiter) && now;
  });
  const [wait] = seen.waits.filter(({ pid }) => pid === waiter);
  assert.match(wait?.object ?? "", /^psem:\d+:\d+:\d+$/);
  const object = findObject(seen, wait?.object ?? "");
  assert.deepEqual([object?.flags, object?.used["value"]], [["deleted"], 0]);
  assert.deepEqual([object?.details["waiters"], object?.details["processes"]], [1, 2]);
});

/** Python's own locks between processes are semaphores that were unlinked at once. */
const locks = `
import multiprocessing, os, sys
lock = multiprocessing.Lock()
lock.acquire()
child = os.fork()
if child == 0:
    lock.acquire()
    os._exit(0)
print(child, flush=True)
sys.stdin.readline()
lock.release()
os.wait()`;

test("snapshot() shows who waits for a lock of Python's multiprocessing", {
  needs: ["python", "isolated"],
}, async () => {
  await using peer = await startPeer(python, ["-c", locks]);
  const child = Number(await peer.line());
  const wait = await until("a wait", async () => {
    return (await snapshot()).waits.find(({ pid }) => pid === child);
  });
  assert.match(wait.object, /^psem:\d+:\d+:\d+$/);
  peer.end();
  await peer.ended();
});

test(
  "leaks() tells of semaphores that nobody has, and looking changes no time of theirs",
  settings,
  async (scene) => {
    const file = "/dev/shm/sem.left";
    writeFileSync(file, new Uint8Array(Uint32Array.of(7, 0, 128, 0, 0, 0, 0, 0).buffer));
    scene.after(() => rmSync(file, { force: true }));
    utimesSync(file, 1e9, 2e9);
    const before = statSync(file).atimeMs;
    const seen = await snapshot();
    assert.equal(statSync(file).atimeMs, before);
    assert.equal(findObject(seen, "psem:/left")?.used["value"], 7);
    const [found] = leaks(seen);
    assert.deepEqual([found?.rule, found?.removal], ["psem-leaked", "keep"]);
    const kind = semaphoreRoom.kinds.find(({ name }) => name === "psem");
    await kind?.remove?.run({ address: "psem:/left", options: {} });
    assert.throws(() => readFileSync(file), { code: "ENOENT" });
  },
);

test(
  "snapshot() takes memory that is called like a semaphore for memory",
  settings,
  async (scene) => {
    writeFileSync("/dev/shm/sem.long", "x".repeat(33));
    scene.after(() => rmSync("/dev/shm/sem.long"));
    const seen = await snapshot();
    assert.equal(findObject(seen, "psem:/long"), undefined);
    assert.equal(findObject(seen, "pshm:/sem.long")?.used["bytes"], 33);
  },
);

test("snapshot() as nobody does not read the value of another's semaphore, and says so", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const peer = await posix(scene, "made", "/hidden");
  await peer.line();
  const seen = await snapshotThrough(...asNobody);
  const object = findObject(seen, "psem:/hidden");
  assert.deepEqual(object?.used, {});
  assert.equal(object?.unknown["value"], "EACCES");
  const gap = seen.gaps.find(({ what }) => what === "values");
  assert.deepEqual([gap?.reason, gap?.count], ["EACCES", 1]);
});
