/** Seeing who waits for mutexes that other programs made, and who holds them. */
import assert from "node:assert/strict";
import { type Snapshot, snapshot, type Wait, why } from "linux-ipc/inspect";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { inFutex, mutexes } from "./mutexes.ts";

const settings = { needs: ["gcc", "isolated"] } as const;

function waitOf(seen: Snapshot, tid: number): Wait | undefined {
  return seen.waits.find((wait) => wait.tid === tid);
}

function objectAt(seen: Snapshot, address: string | undefined) {
  return seen.objects.find((object) => object.address === address);
}

for (const [way, via] of [
  ["shared", "glibc mutex"],
  ["timed", "glibc mutex"],
  ["robust", "glibc mutex"],
  ["pi", "PI futex"],
] as const) {
  test(`snapshot() names who holds a ${way} mutex in shared memory`, settings, async (scene) => {
    const { owner = 0, waiter = 0 } = (await mutexes(scene, way, "/held")).numbers;
    await inFutex(waiter);
    const seen = await snapshot();
    const wait = waitOf(seen, waiter);
    assert.equal(wait?.object, "futex:/dev/shm/held+0x40");
    assert.deepEqual(wait?.owners, [{ pid: owner, tid: owner, via }]);
    assert.deepEqual([wait?.operation, wait?.syscall], ["lock", "futex"]);
    assert.equal(wait?.text, `the mutex that mutexes (${owner}) holds`);
    assert.equal(wait?.isTimed, way === "timed" ? true : undefined);
    const held = seen.holds.filter(({ object }) => object === wait?.object);
    assert.deepEqual(
      held.map(({ pid, how }) => [pid, how]),
      [[owner, "lock"]],
    );
    const object = objectAt(seen, wait?.object);
    assert.deepEqual(object?.flags, way === "robust" ? ["robust"] : []);
    assert.equal(object?.details["in"], "pshm:/held");
    const link = seen.links.find(({ from }) => from === wait?.object);
    assert.deepEqual([link?.to, link?.kind], ["pshm:/held", "lies-in"]);
    assert.ok(why(seen, waiter)?.text.join("\n").includes(`(${owner})`));
    assert.deepEqual(seen.findings, []);
  });
}

test("snapshot() says that who held a mutex has ended", settings, async (scene) => {
  const { owner = 0, waiter = 0 } = (await mutexes(scene, "dead", "/dead")).numbers;
  await inFutex(waiter);
  const seen = await snapshot();
  const found = seen.findings.find(({ rule }) => rule === "mutex-owner-gone");
  assert.deepEqual(found?.objects, ["futex:/dev/shm/dead+0x0"]);
  assert.deepEqual(found?.processes, [waiter]);
  assert.match(found?.text[0] ?? "", new RegExp(`thread ${owner} held`));
  assert.equal(waitOf(seen, waiter)?.owners, undefined);
  assert.deepEqual(objectAt(seen, "futex:/dev/shm/dead+0x0")?.flags, ["owner-gone"]);
});

test("snapshot() finds two processes that wait for each other", settings, async (scene) => {
  const { first = 0, second = 0 } = (await mutexes(scene, "circle", "/circle")).numbers;
  await inFutex(first);
  await inFutex(second);
  const seen = await snapshot();
  const found = seen.findings.filter(({ rule }) => rule === "mutex-deadlock");
  assert.equal(found.length, 1);
  assert.deepEqual([...(found[0]?.processes ?? [])].sort(), [first, second].sort());
  assert.equal(why(seen, first)?.cycle.length, 4);
});

test(
  "snapshot() shows a private mutex only where another thread holds it",
  settings,
  async (scene) => {
    const { owner = 0, waiter = 0 } = (await mutexes(scene, "private")).numbers;
    await inFutex(waiter);
    const wait = waitOf(await snapshot(), waiter);
    assert.match(wait?.object ?? "", new RegExp(`^futex:${owner}/0x[0-9a-f]+$`));
    assert.deepEqual(wait?.owners, [{ pid: owner, tid: owner, via: "glibc mutex" }]);
    assert.equal(wait?.text, `the mutex that its own thread ${owner} holds`);
  },
);

test("snapshot() finds a thread that waits for what it holds itself", settings, async (scene) => {
  const { waiter = 0 } = (await mutexes(scene, "twice")).numbers;
  await inFutex(waiter);
  const seen = await snapshot();
  const found = seen.findings.find(({ rule }) => rule === "mutex-deadlock");
  assert.match(found?.text.join(" ") ?? "", /holds itself.*locked it twice/);
  assert.equal(waitOf(seen, waiter)?.text, "the mutex that it holds itself");
});

test(
  "snapshot() says nothing of threads that wait for work of their own",
  settings,
  async (scene) => {
    const { owner = 0 } = (await mutexes(scene, "work")).numbers;
    await inFutex(owner, 3);
    const seen = await snapshot();
    assert.deepEqual(
      seen.waits.filter(({ pid }) => pid === owner && seen.objects.some(isFutex)),
      [],
    );
  },
);

function isFutex({ kind }: { readonly kind: string }): boolean {
  return kind === "futex";
}

/** Waits on a word of shared anonymous memory that a child has too, and of a System V segment. */
const words = `
import ctypes, mmap, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
memory = mmap.mmap(-1, 4096)
id = libc.shmget(0, 4096, 0o1600)
segment = libc.shmat(id, None, 0)
libc.shmctl(id, 0, None)
word = ctypes.addressof(ctypes.c_uint32.from_buffer(memory, 64))
def child(address):
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, 9)
        libc.syscall(int(sys.argv[1]), ctypes.c_void_p(address), 0, 0, None, None, 0)
        os._exit(0)
    return pid
print(child(word), child(segment + 8), id, flush=True)
sys.stdin.readline()
`;

test("snapshot() names words in memory without a name, and in a segment", {
  needs: ["python", "isolated"],
}, async () => {
  const number = process.arch === "x64" ? "202" : "98";
  await using peer = await startPeer(python, ["-c", words, number]);
  const [first = 0, second = 0, id] = (await peer.line()).split(" ").map(Number);
  await inFutex(first);
  await inFutex(second);
  const seen = await snapshot();
  const wait = waitOf(seen, first);
  assert.match(wait?.object ?? "", /^futex:\d+:\d+:\d+\+0x40$/);
  assert.deepEqual([wait?.operation, wait?.owners], ["wait", undefined]);
  assert.match(wait?.text ?? "", /^the word at 0x[0-9a-f]+ to change from 0$/);
  assert.match(String(objectAt(seen, wait?.object)?.details["in"]), /^map:\d+$/);
  assert.equal(waitOf(seen, second)?.object, `futex:shm:${id}+0x8`);
  assert.equal(objectAt(seen, `futex:shm:${id}+0x8`)?.details["in"], `shm:${id}`);
});

test("snapshot() does not believe the number of a thread in another PID namespace", {
  needs: [...settings.needs, "namespaces"],
}, async (scene) => {
  const program = await compiled(scene, "tests/futex/peers/mutexes.c");
  const way = ["--pid", "--fork", "--kill-child", program, "shared", "/elsewhere"];
  await using peer = await startPeer("unshare", way);
  assert.match(await peer.line(), /^owner=1 waiter=2$/);
  const wait = await until("a wait in another PID namespace", async () => {
    const { waits } = await snapshot();
    return waits.find(({ object }) => object.startsWith("futex:/dev/shm/elsewhere"));
  });
  assert.equal(wait.owners, undefined);
  assert.equal(wait.operation, "wait");
  peer.end();
  await peer.ended();
});

test("snapshot() as nobody shows no waits of others, and says so", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const { waiter = 0 } = (await mutexes(scene, "shared", "/hidden")).numbers;
  await inFutex(waiter);
  const seen = await snapshotThrough("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  assert.equal(waitOf(seen, waiter), undefined);
  assert.ok(seen.gaps.some(({ what }) => what === "waits"));
});

test("snapshot() shows each word that futex_waitv(2) waits on, any of which is enough", {
  needs: ["perl", "isolated"],
}, async () => {
  const script = `use IPC::SysV qw(shmat); $| = 1; my $id = shmget(0, 4096, 01600);
    my $at = unpack("J", shmat($id, undef, 0)); shmctl($id, 0, 0); print "$id\\n";
    my $words = join "", map { pack("QQLL", 0, $at + $_, 2, 0) } 0, 4;
    syscall(449, $words, 2, 0, 0, 0); <STDIN>`;
  await using peer = await startPeer("perl", ["-e", script]);
  const id = Number(await peer.line());
  await inFutex(peer.pid);
  const waits = (await snapshot()).waits.filter(({ pid }) => pid === peer.pid);
  assert.deepEqual(
    waits.map(({ object, syscall, isOneOf }) => [object, syscall, isOneOf]),
    [
      [`futex:shm:${id}+0x0`, "futex_waitv", true],
      [`futex:shm:${id}+0x4`, "futex_waitv", true],
    ],
  );
});
