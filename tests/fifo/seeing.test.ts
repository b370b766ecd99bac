/** Seeing FIFOs between foreign processes: which is which, who has it open, and who waits to open it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Snapshot, snapshot } from "linux-ipc/inspect";
import { until } from "../harness/deadline.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ends, see, seeWaits, startPython, wordsOf } from "../pipe/seeing.ts";

const settings = { needs: ["python", "isolated"] } as const;

function folder(scene: TestScene): string {
  const path = mkdtempSync(join(tmpdir(), "linux-ipc-fifo-"));
  scene.after(() => rmSync(path, { recursive: true }));
  return path;
}

function makeFifo(path: string): string {
  execFileSync("mkfifo", ["-m", "640", path]);
  return path;
}

/** "fifo:8:1:42", by what stat(1) says. */
function numberOf(path: string): string {
  return `fifo:${execFileSync("stat", ["-c", "%Hd:%Ld:%i", path], { encoding: "utf8" }).trim()}`;
}

const opened = `
r = os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK)
def write():
    w = os.open(sys.argv[1], os.O_WRONLY); os.close(r); os.write(w, b"x" * 70000)
ready(child(write)); forever()
`;

test("snapshot() joins both ends of a FIFO, and counts what is in it", settings, async (scene) => {
  const path = makeFifo(join(folder(scene), "one"));
  const { peer, words } = await startPython(opened, [path]);
  await using _ = peer;
  const [writer = 0] = words.map(Number);
  const seen = await seeWaits(`fifo:${path}`);
  assert.deepEqual(ends(seen), [`${peer.pid} read`, `${writer} write`].sort());
  const { object } = seen;
  assert.deepEqual(seen.waits.map(wordsOf), [
    ["write", "write", { bytes: 70000 }, "room for 70000 bytes"],
  ]);
  assert.deepEqual([object.used, object.limit], [{ bytes: 65536 }, { bytes: 65536 }]);
  assert.deepEqual(
    [object.mode, object.flags, object.aliases],
    [0o640, ["full"], [numberOf(path)]],
  );
  assert.equal(seen.findings[0]?.rule, "pipe-full-reader-elsewhere");
});

const opening = `
path, how, cwd, root = sys.argv[1:5]
def go():
    if root: os.chroot(root)
    if cwd: os.chdir(cwd)
    if how == "dirfd":
        d = os.open(os.path.dirname(path), os.O_RDONLY)
        return os.open(os.path.basename(path), os.O_RDONLY, dir_fd=d)
    if how == "openat2":
        v = struct.pack("QQQ", os.O_WRONLY, 0, 0)
        return libc.syscall(437, -100, path.encode(), v, len(v))
    if how == "end of memory":
        import mmap
        m = mmap.mmap(-1, 8192)
        at = ctypes.addressof(ctypes.c_char.from_buffer(m))
        libc.munmap(ctypes.c_void_p(at + 4096), 4096)
        text = path.encode() + b"\\0"
        ctypes.memmove(at + 4096 - len(text), text, len(text))
        return libc.open(ctypes.c_void_p(at + 4096 - len(text)), 0)
    return os.open(path, os.O_RDONLY if how == "read" else os.O_WRONLY)
ready(child(go)); forever()
`;

interface Opening {
  readonly path: string;
  readonly how: string;
  readonly cwd?: string;
  readonly root?: string;
}

/** A process that waits to open it, and what is seen of that at the address. */
async function seeOpening({ path, how, cwd = "", root = "" }: Opening, address: string) {
  const { peer, words } = await startPython(opening, [path, how, cwd, root]);
  await using _ = peer;
  const seen = await seeWaits(address);
  assert.equal(seen.waits[0]?.pid, Number(words[0]));
  return seen;
}

const forWriting = ["open", "openat", { end: "write" }, "somebody to open it for writing"];
const forReading = ["open", "openat", { end: "read" }, "somebody to open it for reading"];

test("snapshot() sees who waits to open a FIFO, in both directions", settings, async (scene) => {
  const path = makeFifo(join(folder(scene), "two"));
  for (const [how, words, flag, rule] of [
    ["read", forWriting, "no-writer", "fifo-without-writer"],
    ["write", forReading, "no-reader", "fifo-without-reader"],
  ] as const) {
    const seen = await seeOpening({ path, how }, `fifo:${path}`);
    assert.deepEqual(seen.waits.map(wordsOf), [words]);
    assert.deepEqual([seen.holds, seen.object.flags], [[], [flag]]);
    assert.equal(seen.findings[0]?.rule, rule);
  }
});

test(
  "snapshot() finds a FIFO by a name that is relative, or ends with memory",
  settings,
  async (scene) => {
    const place = folder(scene);
    mkdirSync(join(place, "sub"));
    const path = makeFifo(join(place, "three"));
    const address = `fifo:${path}`;
    const relative = await seeOpening({ path: "three", how: "read", cwd: place }, address);
    assert.deepEqual(relative.waits.map(wordsOf), [forWriting]);
    const up = await seeOpening(
      { path: "../three", how: "write", cwd: join(place, "sub") },
      address,
    );
    assert.deepEqual(up.waits.map(wordsOf), [forReading]);
    assert.equal((await seeOpening({ path, how: "dirfd" }, address)).waits[0]?.syscall, "openat");
    assert.equal(
      (await seeOpening({ path, how: "openat2" }, address)).waits[0]?.syscall,
      "openat2",
    );
    const last = await seeOpening({ path, how: "end of memory" }, address);
    assert.deepEqual(last.waits[0]?.need, { end: "write" });
  },
);

test("snapshot() finds a FIFO from another root, through links too", settings, async (scene) => {
  const root = folder(scene);
  mkdirSync(join(root, "inner"));
  const path = makeFifo(join(root, "inner/four"));
  execFileSync("ln", ["-s", "/inner/four", join(root, "link")]);
  for (const name of ["/inner/four", "/link"]) {
    const seen = await seeOpening({ path: name, how: "read", root, cwd: "/" }, `fifo:${path}`);
    assert.deepEqual(seen.waits.map(wordsOf), [forWriting]);
  }
});

const held = `
fds = [os.open(path, os.O_RDWR) for path in sys.argv[1:]]
ready(*fds); sys.stdin.readline()
`;

test("snapshot() keeps apart two FIFOs with one inode number", settings, async (scene) => {
  const place = folder(scene);
  const paths = ["a", "b"].map((name) => {
    const mounted = join(place, name);
    mkdirSync(mounted);
    execFileSync("mount", ["-t", "tmpfs", "none", mounted]);
    scene.after(() => execFileSync("umount", [mounted]));
    return makeFifo(join(mounted, "fifo"));
  });
  const [first = "", second = ""] = paths;
  assert.equal(statSync(first).ino, statSync(second).ino);
  const one = await startPython(held, [first]);
  await using a = one.peer;
  const other = await startPython(held, [second]);
  await using b = other.peer;
  assert.deepEqual(ends(await see(`fifo:${first}`)), [`${a.pid} read-write`]);
  assert.deepEqual(ends(await see(`fifo:${second}`)), [`${b.pid} read-write`]);
  for (const peer of [a, b]) {
    peer.end();
    await peer.ended();
  }
});

test("snapshot() calls a FIFO without its name by its number", settings, async (scene) => {
  const path = makeFifo(join(folder(scene), "five"));
  const number = numberOf(path);
  const { peer } = await startPython(held, [path]);
  await using _ = peer;
  unlinkSync(path);
  makeFifo(path);
  const { object, holds } = await see(number);
  assert.deepEqual([object.address, object.details["path"]], [number, path]);
  assert.deepEqual([object.flags, object.aliases], [["internal", "deleted"], []]);
  assert.equal(holds[0]?.pid, peer.pid);
});

test("snapshot() knows a FIFO with two names as one", settings, async (scene) => {
  const place = folder(scene);
  const path = makeFifo(join(place, "a"));
  execFileSync("ln", [path, join(place, "b")]);
  const { peer } = await startPython(held, [path, join(place, "b")]);
  await using _ = peer;
  const { object, holds } = await see(`fifo:${path}`);
  assert.deepEqual(object.aliases, [`fifo:${join(place, "b")}`, numberOf(path)]);
  assert.equal(holds.length, 2);
});

test("snapshot() finds FIFOs in /dev, and takes no device for one", settings, async (scene) => {
  const path = makeFifo(`/dev/linux-ipc-${process.pid}`);
  scene.after(() => unlinkSync(path));
  const { peer } = await startPython(
    held,
    [path, "/dev/null", "/dev/shm", "/etc/passwd"].slice(0, 2),
  );
  await using _ = peer;
  const seen = await see(`fifo:${path}`);
  assert.deepEqual(ends(seen), [`${peer.pid} read-write`]);
  assert.ok(!addresses(seen.all).includes("fifo:/dev/null"));
});

function addresses({ objects }: Snapshot): string[] {
  return objects.map(({ address }) => address);
}

test(
  "snapshot() calls a FIFO of another mount namespace by its number",
  settings,
  async (scene) => {
    const place = folder(scene);
    const inner = `
libc.unshare(0x20000)
os.system("mount --make-rprivate /; mount -t tmpfs none ${place}; mkfifo ${place}/hidden")
fd = os.open("${place}/hidden", os.O_RDWR)
one = child(lambda: os.read(fd, 1))
s = os.stat(fd); ready(os.major(s.st_dev), os.minor(s.st_dev), s.st_ino, one); forever()
`;
    const { peer, words } = await startPython(inner);
    await using _ = peer;
    const seen = await seeWaits(`fifo:${words.slice(0, 3).join(":")}`);
    assert.deepEqual(seen.object.aliases, []);
    assert.equal(seen.object.details["path"], `${place}/hidden`);
    assert.equal(seen.waits[0]?.pid, Number(words[3]));
  },
);

test("snapshot() lets nobody through who waits to open a FIFO", settings, async (scene) => {
  const path = makeFifo(join(folder(scene), "six"));
  const { peer, words } = await startPython(opening, [path, "write", "", ""]);
  await using _ = peer;
  const address = `fifo:${path}`;
  await seeWaits(address);
  for (let i = 0; i < 20; i++) await snapshot();
  assert.equal((await see(address)).waits[0]?.pid, Number(words[0]));
  await using reader = (await startPython(`ready(os.open(sys.argv[1], 0)); forever()`, [path]))
    .peer;
  await until("the writer to be let through", async () => {
    const seen = await see(address);
    return seen.waits.length === 0 && seen.holds.some(({ pid }) => pid === reader.pid);
  });
});
