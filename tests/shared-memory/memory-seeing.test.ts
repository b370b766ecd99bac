/** Seeing memory that foreign programs share by name, by descriptor and by inheritance. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readlinkSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { findObject, type Hold, leaks, type Snapshot, snapshot, who } from "linux-ipc/inspect";
import { sharedMemoryRoom } from "../../src/mechanisms/shared-memory/room.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";

const settings = { needs: ["python", "isolated"] } as const;

/** A Python program that says a line when it is ready, and ends when its input does. */
async function started(scene: TestScene, program: string): Promise<{ peer: Peer; line: string }> {
  const peer = await startPeer(python, ["-c", `${program}\nsys.stdin.readline()`]);
  scene.after(async () => {
    peer.end();
    await peer.ended();
  });
  return { peer, line: await peer.line() };
}

function holdsOf({ holds }: Snapshot, object: string): readonly Hold[] {
  return holds.filter((hold) => hold.object === object);
}

/** What a process has mapped. */
function mappingsOf({ holds }: Snapshot, pid: number): readonly string[] {
  const own = holds.filter((hold) => hold.pid === pid && hold.how === "mapping");
  return own.map(({ object }) => object);
}

/** Python's mmap keeps a descriptor of its own: each is told once. */
function kindsOf(holds: readonly Hold[]): string[] {
  return [...new Set(holds.map(({ pid, how, mode }) => `${pid} ${how} ${mode}`))].sort();
}

/** Reads only: shm_open(O_RDONLY) and PROT_READ. */
const reader = `
import mmap, os, sys
fd = os.open("/dev/shm/both", os.O_RDONLY)
memory = mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ)
os.close(fd)
print("ready", flush=True)`;

test(
  "snapshot() shows who has named memory open or mapped, and for what",
  settings,
  async (scene) => {
    const { peer: writer } = await started(
      scene,
      `
import sys
from multiprocessing import shared_memory, resource_tracker
memory = shared_memory.SharedMemory("both", create=True, size=4096)
resource_tracker.unregister("/both", "shared_memory")
print("ready", flush=True)`,
    );
    scene.after(() => rmSync("/dev/shm/both"));
    const { peer } = await started(scene, reader);
    const seen = await snapshot();
    const object = findObject(seen, "pshm:/both");
    assert.deepEqual(object?.used["bytes"], 4096);
    assert.deepEqual([object?.mode, object?.uid], [0o600, process.getuid?.()]);
    const theirs = holdsOf(seen, "pshm:/both").filter(({ pid }) =>
      [writer.pid, peer.pid].includes(pid),
    );
    assert.deepEqual(
      kindsOf(theirs),
      [
        `${writer.pid} descriptor read-write`,
        `${writer.pid} mapping read-write`,
        `${peer.pid} descriptor read`,
        `${peer.pid} mapping read`,
      ].sort(),
    );
    const { device, processesThatWrite, mayWrite } = object?.details ?? {};
    const { dev } = statSync("/dev/shm/both");
    assert.equal(device, `${dev >> 8}:${dev & 0xff}`);
    assert.deepEqual([processesThatWrite, mayWrite], [1, ["owner"]]);
    assert.ok(who(seen, "pshm:/both")?.holds.some(({ pid }) => pid === peer.pid));
  },
);

test(
  "snapshot() keeps unlinked memory apart from what has its name now",
  settings,
  async (scene) => {
    const { peer } = await started(
      scene,
      `
import mmap, os, sys
fd = os.open("/dev/shm/again", os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 4096)
memory = mmap.mmap(fd, 4096)
os.unlink("/dev/shm/again")
os.close(fd)
print("ready", flush=True)`,
    );
    writeFileSync("/dev/shm/again", "another");
    scene.after(() => rmSync("/dev/shm/again"));
    const seen = await snapshot();
    assert.deepEqual(holdsOf(seen, "pshm:/again"), []);
    const [address = ""] = mappingsOf(seen, peer.pid);
    assert.match(address, /^map:\d+:\d+:\d+$/);
    const object = findObject(seen, address);
    assert.deepEqual(object?.flags, ["deleted"]);
    assert.equal(object?.details["path"], "/dev/shm/again");
  },
);

test("snapshot() shows a memfd with its seals and who inherited it", settings, async (scene) => {
  const { peer, line } = await started(
    scene,
    `
import fcntl, mmap, os, sys
fd = os.memfd_create("frames", os.MFD_ALLOW_SEALING)
os.ftruncate(fd, 8192)
memory = mmap.mmap(fd, 8192)
fcntl.fcntl(fd, 1033, 2 | 4 | 16)
child = os.fork()
if child == 0:
    sys.stdin.readline()
    os._exit(0)
print(child, os.fstat(fd).st_ino, fd, flush=True)`,
  );
  const [child = 0, inode, fd] = line.split(" ").map(Number);
  const seen = await snapshot();
  const object = findObject(seen, `memfd:${inode}`);
  assert.equal(object?.details["name"], "frames");
  assert.deepEqual(object?.details["seals"], ["shrink", "grow", "future-write"]);
  assert.equal(object?.used["bytes"], 8192);
  const holds = holdsOf(seen, `memfd:${inode}`);
  assert.deepEqual(
    kindsOf(holds),
    [peer.pid, child]
      .flatMap((pid) => [`${pid} descriptor read-write`, `${pid} mapping read-write`])
      .sort(),
  );
  assert.ok(holds.some((hold) => hold.fd === fd));
});

test(
  "snapshot() shows memory that a child has from its parent, and a mapped file",
  settings,
  async (scene) => {
    const file = `/tmp/linux-ipc-mapped-${process.pid}`;
    const { peer, line } = await started(
      scene,
      `
import mmap, os, sys
anonymous = mmap.mmap(-1, 8192)
fd = os.open("${file}", os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 4096)
mapped = mmap.mmap(fd, 4096)
child = os.fork()
if child == 0:
    sys.stdin.readline()
    os._exit(0)
print(child, flush=True)`,
    );
    scene.after(() => rmSync(file));
    const seen = await snapshot();
    const child = Number(line);
    const mine = seen.holds.filter(({ pid }) => pid === child && !Number.isNaN(pid));
    const anonymous = mine.find(({ object }) => /^map:\d+$/.test(object))?.object ?? "";
    const both = holdsOf(seen, anonymous).map(({ pid }) => pid);
    assert.deepEqual(both.sort(), [peer.pid, child].sort());
    assert.equal(findObject(seen, anonymous)?.used["mappedBytes"], 8192);
    assert.equal(findObject(seen, `map:${file}`)?.used["bytes"], 4096);
    assert.deepEqual(
      kindsOf(holdsOf(seen, `map:${file}`)),
      [peer.pid, child]
        .flatMap((pid) => [`${pid} descriptor read-write`, `${pid} mapping read-write`])
        .sort(),
    );
  },
);

/** The files of two file systems, each the first of its own, have the same inode number. */
const twins = `
import mmap, os, sys
kept = []
for folder in sys.argv[1:]:
    fd = os.open(folder + "/same", os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, 4096)
    kept.append(mmap.mmap(fd, 4096))
    os.close(fd)
print("ready", flush=True)
sys.stdin.readline()`;

test(
  "snapshot() keeps two files of one inode number on two file systems apart",
  settings,
  async (scene) => {
    const folders = ["a", "b"].map((name) => `/tmp/linux-ipc-twin-${name}-${process.pid}`);
    for (const folder of folders) {
      mkdirSync(folder);
      execFileSync("mount", ["-t", "tmpfs", "tmpfs", folder]);
      scene.after(() => {
        execFileSync("umount", [folder]);
        rmdirSync(folder);
      });
    }
    const [one = "", two = ""] = folders;
    await using first = await startPeer(python, ["-c", twins, one]);
    await using second = await startPeer(python, ["-c", twins, two]);
    await Promise.all([first.line(), second.line()]);
    assert.equal(statSync(`${one}/same`).ino, statSync(`${two}/same`).ino);
    const seen = await snapshot();
    const pids = folders.map((folder) => {
      return [...new Set(holdsOf(seen, `map:${folder}/same`).map(({ pid }) => pid))];
    });
    assert.deepEqual(pids, [[first.pid], [second.pid]]);
  },
);

/**
 * Files on a file system that has been unmounted and is still in use: its root has no name, so that the
 * paths of the files are as short as those of the kernel's own.
 */
test("snapshot() takes no file for a memfd or a segment that is named like one", {
  needs: [...settings.needs, "root"],
}, async (scene) => {
  const folder = `/tmp/linux-ipc-forged-${process.pid}`;
  const script = `
import ctypes, mmap, os, sys
libc = ctypes.CDLL(None)
libc.unshare(0x20000)
libc.mount(b"none", b"/", None, 0x44000, None)
libc.mount(b"tmpfs", b"${folder}", b"tmpfs", 0, None)
kept = []
fds = []
for name in ["memfd:secret", "SYSV00000000"]:
    fd = os.open("${folder}/" + name, os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, 4096)
    kept.append(mmap.mmap(fd, 4096))
    fds.append(fd)
    os.unlink("${folder}/" + name)
libc.umount2(b"${folder}", 2)
print(*fds, flush=True)`;
  mkdirSync(folder);
  scene.after(() => rmdirSync(folder));
  const { peer, line } = await started(scene, script);
  const targets = line.split(" ").map((fd) => readlinkSync(`/proc/${peer.pid}/fd/${fd}`));
  assert.deepEqual(targets, ["/memfd:secret (deleted)", "/SYSV00000000 (deleted)"]);
  const seen = await snapshot();
  const objects = mappingsOf(seen, peer.pid);
  assert.equal(objects.length, 2);
  for (const object of objects) assert.match(object, /^map:\d+:\d+:\d+$/);
});
test("snapshot() shows the names in another mount namespace's /dev/shm", {
  needs: [...settings.needs, "namespaces"],
}, async (scene) => {
  writeFileSync("/dev/shm/ours", "");
  scene.after(() => rmSync("/dev/shm/ours"));
  const script = "mount -t tmpfs tmpfs /dev/shm && echo x >/dev/shm/theirs && echo ready && read x";
  await using peer = await startPeer("unshare", ["--mount", "sh", "-c", script]);
  await peer.line();
  await using beside = await startPeer("unshare", ["--mount", "sh", "-c", "echo ready && read x"]);
  await beside.line();
  const namespace = Number(/\d+/.exec(readlinkSync(`/proc/${peer.pid}/ns/mnt`))?.[0]);
  const seen = await snapshot();
  const names = seen.objects.filter(({ kind }) => kind === "pshm");
  assert.deepEqual(
    names.map(({ address, namespace: where }) => [address, where]),
    [
      ["pshm:/ours", seen.host.namespaces.mnt],
      [`@${namespace}/pshm:/theirs`, namespace],
    ],
  );
});

test(
  "leaks() tells of names that nobody holds, and removes none that somebody may want",
  settings,
  async (scene) => {
    writeFileSync("/dev/shm/left", "x");
    scene.after(() => rmSync("/dev/shm/left", { force: true }));
    const fresh = leaks(await snapshot()).find(({ objects }) => objects.includes("pshm:/left"));
    assert.equal(fresh?.removal, "keep");
    assert.match(fresh?.text.join(" ") ?? "", /It is new/);
    const kind = sharedMemoryRoom.kinds.find(({ name }) => name === "pshm");
    await kind?.remove?.run({ address: "pshm:/left", options: {} });
    assert.equal(findObject(await snapshot(), "pshm:/left"), undefined);
  },
);

test("remove() refuses what is no regular file, and what is not there", settings, async (scene) => {
  mkdirSync("/dev/shm/folder");
  scene.after(() => rmdirSync("/dev/shm/folder"));
  const kind = sharedMemoryRoom.kinds.find(({ name }) => name === "pshm");
  const remove = async (address: string): Promise<void> =>
    kind?.remove?.run({ address, options: {} });
  await assert.rejects(remove("pshm:/folder"), { code: "EINVAL", syscall: "unlink" });
  await assert.rejects(remove("pshm:/nothing"), { code: "ENOENT", address: "pshm:/nothing" });
});

test("snapshot() as nobody lists the names, and knows that holders may be unseen", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const { peer } = await started(
    scene,
    `
import mmap, os, sys
fd = os.open("/dev/shm/root", os.O_RDWR | os.O_CREAT, 0o600)
os.ftruncate(fd, 4096)
memory = mmap.mmap(fd, 4096)
print("ready", flush=True)`,
  );
  scene.after(() => rmSync("/dev/shm/root"));
  const as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const seen = await until("a snapshot", () => snapshotThrough(...as));
  const object = findObject(seen, "pshm:/root");
  assert.equal(object?.used["bytes"], 4096);
  assert.match(object?.unknown["holders"] ?? "", /could not be read/);
  assert.deepEqual(
    seen.holds.filter(({ pid }) => pid === peer.pid),
    [],
  );
  assert.deepEqual(leaks(seen), []);
});

test("snapshot() shows who has named memory open and not mapped, and for what", {
  needs: ["perl", "isolated"],
}, async (scene) => {
  writeFileSync("/dev/shm/opened", "x");
  scene.after(() => rmSync("/dev/shm/opened"));
  const script = `$| = 1; open my $in, "<", "/dev/shm/opened" or die; open my $out, ">>",
    "/dev/shm/opened" or die; print fileno($in), " ", fileno($out), "\\n"; <STDIN>`;
  await using peer = await startPeer("perl", ["-e", script]);
  const [reads, writes] = (await peer.line()).split(" ").map(Number);
  const seen = await snapshot();
  assert.deepEqual(
    holdsOf(seen, "pshm:/opened").map(({ pid, how, fd, mode }) => [pid, how, fd, mode]),
    [
      [peer.pid, "descriptor", reads, "read"],
      [peer.pid, "descriptor", writes, "write"],
    ],
  );
  assert.deepEqual(findObject(seen, "pshm:/opened")?.details["processesThatWrite"], 1);
  assert.deepEqual(leaks(seen), []);
});
