/** Seeing segments that foreign programs have attached: who, where, how, and how many unseen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { findObject, type Hold, leaks, type Snapshot, snapshot, who } from "linux-ipc/inspect";
import { SysvSharedMemory } from "linux-ipc/shared-memory";
import { compiled } from "../harness/compiled.ts";
import { python } from "../harness/needs.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { holder } from "./attaching.ts";

const settings = { needs: ["perl", "util-linux", "isolated"] } as const;
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

/** A new segment, which is removed when the test ends, if it is still there. */
function privateSegment(scene: TestScene, sizeBytes = 10_000): SysvSharedMemory {
  const segment = SysvSharedMemory.open(0, { sizeBytes });
  scene.after(() => {
    try {
      segment.remove();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EIDRM") throw error;
    }
  });
  return segment;
}

function holdsOf(seen: Snapshot, { id }: SysvSharedMemory): readonly Hold[] {
  return seen.holds.filter(({ object }) => object === `shm:${id}`);
}

/** What ipcs(1) says: the kernel's own count. */
async function nattch({ id }: SysvSharedMemory): Promise<number> {
  const text = await ask("ipcs", ["-m", "-i", String(id)]);
  return Number(/nattch=(\d+)/.exec(text)?.[1]);
}

/** Where the kernel says that the segment begins in a process. */
function placesIn(pid: number, { id }: SysvSharedMemory): string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  const ours = lines.filter((line) => new RegExp(` ${id} +/SYSV`).test(line));
  return ours.map((line) => `0x${line.split("-")[0]}`);
}

test(
  "snapshot() finds who has a segment attached, where, and for what",
  settings,
  async (scene) => {
    const segment = privateSegment(scene);
    const writer = await holder(scene, segment.id);
    const reader = await holder(scene, segment.id, { readOnly: true, times: 2 });
    const seen = await snapshot();
    const holds = holdsOf(seen, segment);
    assert.deepEqual(
      holds.map(({ pid, how, mode }) => [pid, how, mode]),
      [
        [writer.pid, "attachment", "read-write"],
        [reader.pid, "attachment", "read"],
        [reader.pid, "attachment", "read"],
      ],
    );
    const places = [writer, reader].flatMap(({ pid }) => placesIn(pid, segment));
    assert.deepEqual(
      holds.map(({ at }) => at),
      places,
    );
    const details = findObject(seen, `shm:${segment.id}`)?.details;
    assert.equal(await nattch(segment), holds.length);
    const { attachments, attachmentsSeen, attachmentsThatWrite } = details ?? {};
    assert.deepEqual([attachments, attachmentsSeen, attachmentsThatWrite], [3, 3, 1]);
    assert.equal(details?.["lastUsePid"], reader.pid);
    assert.equal(
      seen.gaps.find(({ what }) => what === "attachments"),
      undefined,
    );
  },
);

test("snapshot() counts as the kernel does after fork(2) and mprotect(2)", {
  needs: [...settings.needs, "python"],
}, async (scene) => {
  const segment = privateSegment(scene, 16 * 4096);
  const then = "my $child = fork() // die; if (!$child) { <STDIN>; exit }";
  await holder(scene, segment.id, { then });
  assert.equal(holdsOf(await snapshot(), segment).length, await nattch(segment));
  const split = `
import ctypes, sys
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
at = libc.shmat(${segment.id}, None, 0)
libc.mprotect(ctypes.c_void_p(at + 4096), 4096, 1)
print("ready", flush=True)
sys.stdin.readline()`;
  await using peer = await startPeer(python, ["-c", split]);
  await peer.line();
  const seen = await snapshot();
  const own = holdsOf(seen, segment).filter(({ pid }) => pid === peer.pid);
  assert.deepEqual(
    own.map(({ mode }) => mode),
    ["read-write", "read", "read-write"],
  );
  assert.equal(holdsOf(seen, segment).length, await nattch(segment));
});

test("snapshot() says so when a child of vfork(2) shows its parent's attachment again", {
  needs: [...settings.needs, "gcc"],
}, async (scene) => {
  const segment = privateSegment(scene);
  const program = await compiled(scene, "tests/shared-memory/peers/shares-memory.c");
  await using peer = await startPeer(program, [String(segment.id)]);
  const child = Number(await peer.line());
  const seen = await snapshot();
  assert.deepEqual(
    holdsOf(seen, segment).map(({ pid }) => pid),
    [peer.pid, child],
  );
  const { details } = findObject(seen, `shm:${segment.id}`) ?? {};
  const { attachments, attachmentsSeen, attachmentsSeenTwice } = details ?? {};
  assert.deepEqual([attachments, attachmentsSeen, attachmentsSeenTwice], [1, 2, 1]);
  peer.end();
  assert.equal((await peer.ended()).code, 0);
});

test("snapshot() as nobody says how many attachments it cannot see", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const segment = privateSegment(scene);
  segment.set({ mode: 0o606 });
  await holder(scene, segment.id, { times: 2 });
  const theirs = await holder(scene, segment.id, { through: asNobody });
  const seen = await snapshotThrough(...asNobody);
  const holds = holdsOf(seen, segment);
  const object = findObject(seen, `shm:${segment.id}`);
  // Whether a process that changed its user shows its own maps to its new user is the kernel's affair.
  assert.ok(holds.every(({ pid }) => pid === theirs.pid));
  const unseen = 3 - holds.length;
  assert.equal(object?.unknown["holders"], `${unseen} of 3 attachments are not visible`);
  const gap = seen.gaps.find(({ what }) => what === "attachments");
  assert.equal(gap?.count, unseen);
  assert.ok(seen.gaps.some(({ what, reason }) => what === "mappings" && reason === "EACCES"));
});

test("snapshot() does not take an attachment in another namespace for one here", {
  needs: [...settings.needs, "namespaces"],
}, async (scene) => {
  const segment = privateSegment(scene);
  const script = `use IPC::SysV qw(shmat); $| = 1; my $id; do { $id = shmget(0, 4096, 01600) }
    while ($id < ${segment.id}); shmat($id, undef, 0); print "$id\\n"; <STDIN>`;
  await using peer = await startPeer("unshare", ["--ipc", "perl", "-e", script]);
  assert.equal(Number(await peer.line()), segment.id);
  assert.equal(placesIn(peer.pid, segment).length, 1);
  assert.deepEqual(holdsOf(await snapshot(), segment), []);
});

test(
  "snapshot() shows who keeps a removed segment, and that its maker is gone",
  settings,
  async (scene) => {
    const made = 'my $id = shmget(0, 8192, 01600); print "$id\\n"';
    const id = Number(await ask("perl", ["-e", made]));
    const segment = SysvSharedMemory.byId(id);
    const keeper = await holder(scene, id);
    segment.remove();
    const seen = await snapshot();
    const object = findObject(seen, `shm:${id}`);
    assert.deepEqual(object?.flags, ["removed"]);
    assert.deepEqual(
      who(seen, `shm:${id}`)?.holds.map(({ pid }) => pid),
      [keeper.pid],
    );
    const found = seen.findings.find(({ objects }) => objects.includes(`shm:${id}`));
    assert.equal(found?.rule, "segment-removed");
    assert.ok(found?.text.some((line) => line.includes(`(${keeper.pid})`)));
    assert.deepEqual(leaks(seen), []);
  },
);

test("snapshot() sees the pages that a peer touches become resident", settings, async (scene) => {
  const segment = privateSegment(scene, 1 << 20);
  const resident = async (): Promise<number> =>
    findObject(await snapshot(), `shm:${segment.id}`)?.used["residentBytes"] ?? -1;
  assert.equal(await resident(), 0);
  const write = `shmwrite(${segment.id}, "x" x ${1 << 19}, 0, ${1 << 19}) or die $!; print "done"`;
  assert.equal(await ask("perl", ["-e", write]), "done");
  assert.ok((await resident()) >= 1 << 19);
});
