/** Seeing locks that foreign programs hold and wait for: who, at which descriptor, on which bytes. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { leaks, type Snapshot, snapshot, why } from "linux-ipc/inspect";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { blockedIn, folderFor, holdersOf, locker, lockOn, ownersOf, waitOf } from "./locking.ts";

const settings = { needs: ["python", "isolated"] } as const;
const kinds = ["lock"] as const;

/** A file that is not there yet. */
function fileFor(scene: TestScene): string {
  return join(folderFor(scene), "file");
}

const look = (): Promise<Snapshot> => snapshot({ kinds });

test("snapshot() finds who has a lock of flock(1), and who waits for it", {
  needs: ["util-linux", "isolated"],
}, async (scene) => {
  const path = fileFor(scene);
  const script = ["-c", "echo held; read line"];
  await using holder = await startPeer("flock", [path, "sh", ...script]);
  await holder.line();
  await using waiter = await startPeer("flock", ["--shared", path, "true"]);
  await blockedIn(waiter.pid, "flock");
  const seen = await look();
  const object = lockOn(seen, path);
  assert.deepEqual([object.kind, object.used], ["lock", { locks: 1, waiters: 1 }]);
  assert.deepEqual(object.flags, ["contended"]);
  assert.equal(object.mode, statSync(path).mode & 0o777);
  const holders = holdersOf(seen, object) as [number, string, number, string][];
  // The shell has inherited the open file from flock(1), and with it the lock.
  assert.equal(holders.length, 2);
  assert.ok(
    holders.some(
      ([pid, how, fd, mode]) =>
        pid === holder.pid && how === "lock" && fd === 3 && mode === "write",
    ),
  );
  const wait = waitOf(seen, waiter.pid);
  assert.deepEqual([wait.object, wait.operation, wait.syscall], [object.address, "lock", "flock"]);
  assert.equal(wait.text, "a shared lock on all of it");
  assert.deepEqual(
    ownersOf(wait),
    holders.map(([pid]) => pid).sort((a, b) => a - b),
  );
  holder.end();
  await holder.ended();
  await waiter.ended();
});

test("snapshot() finds every holder of a shared lock in the way of an exclusive one", {
  needs: ["perl", "python", "isolated"],
}, async (scene) => {
  const path = fileFor(scene);
  const script = 'open my $f, ">>", $ARGV[0]; flock $f, 1; print "held\\n"; <STDIN>';
  await using perl = await startPeer("perl", ["-e", `$| = 1; ${script}`, path]);
  await perl.line();
  const [other, waiter] = [await locker(scene, path), await locker(scene, path)];
  await other.does("flock read");
  await waiter.waitsTo("flock write");
  const seen = await look();
  const object = lockOn(seen, path);
  assert.equal(object.used["locks"], 2);
  assert.equal(holdersOf(seen, object).length, 2);
  const wait = waitOf(seen, waiter.pid);
  assert.deepEqual(
    ownersOf(wait),
    [perl.pid, other.pid].sort((a, b) => a - b),
  );
  assert.equal(wait.text, "an exclusive lock on all of it");
});

test(
  "snapshot() tells the bytes of a record lock, and that others are not in the way",
  settings,
  async (scene) => {
    const path = fileFor(scene);
    const [holder, bystander] = [await locker(scene, path), await locker(scene, path)];
    const waiter = await locker(scene, path);
    await holder.does("posix write 10 10");
    await bystander.does("posix write 100 0");
    await bystander.does("flock write");
    await waiter.waitsTo("posix read 15 10");
    const seen = await look();
    const object = lockOn(seen, path);
    const wait = waitOf(seen, waiter.pid);
    assert.equal(wait.text, "a shared lock on bytes 15 to 24");
    assert.deepEqual(wait.need, { type: "posix", access: "read", start: 15, end: 24 });
    assert.deepEqual(ownersOf(wait), [holder.pid]);
    const locks = object.details["locks"] as readonly Record<string, unknown>[];
    assert.deepEqual(locks.map(({ type, start, end, pid }) => [type, start, end, pid]).sort(), [
      ["flock", 0, null, bystander.pid],
      ["posix", 10, 19, holder.pid],
      ["posix", 100, null, bystander.pid],
    ]);
  },
);

test(
  "snapshot() tells two threads of one process that wait for different bytes",
  settings,
  async (scene) => {
    const path = fileFor(scene);
    const [holder, waiter] = [await locker(scene, path), await locker(scene, path)];
    await holder.does("posix write 0 100");
    await waiter.does("thread posix write 10 1");
    await waiter.does("thread posix write 20 2");
    await blockedIn(waiter.pid, "fcntl", 2);
    const waits = (await look()).waits.filter(({ pid }) => pid === waiter.pid);
    assert.deepEqual(waits.map(({ text }) => text).sort(), [
      "an exclusive lock on byte 10",
      "an exclusive lock on bytes 20 to 21",
    ]);
    assert.equal(new Set(waits.map(({ tid }) => tid)).size, 2);
  },
);

test(
  "snapshot() tells a range that counts from the position in the file",
  settings,
  async (scene) => {
    const path = fileFor(scene);
    const [holder, waiter] = [await locker(scene, path), await locker(scene, path)];
    await holder.does("posix write 0 0");
    await waiter.does("seek 1000");
    await waiter.waitsTo("posix write -10 5 1");
    const wait = waitOf(await look(), waiter.pid);
    assert.equal(wait.text, "an exclusive lock on bytes 990 to 994");
  },
);

test("snapshot() finds the descriptor that a lock of an open file description hangs on", {
  needs: ["gcc", "isolated"],
}, async (scene) => {
  const path = fileFor(scene);
  const program = await compiled(scene, "tests/lock/peers/ofd.c");
  await using holder = await startPeer(program, [path, "5", "10"]);
  const fd = Number(await holder.line());
  await using waiter = await startPeer(program, [path, "0", "6"]);
  await blockedIn(waiter.pid, "fcntl");
  const seen = await look();
  const object = lockOn(seen, path);
  assert.deepEqual(holdersOf(seen, object), [[holder.pid, "lock", fd, "write"]]);
  const wait = waitOf(seen, waiter.pid);
  assert.deepEqual(ownersOf(wait), [holder.pid]);
  assert.equal(wait.text, "an exclusive lock on bytes 0 to 5");
  // A process may stand in its own way.
  holder.say("");
  await blockedIn(holder.pid, "fcntl");
  assert.deepEqual(ownersOf(waitOf(await look(), holder.pid)), [holder.pid]);
});

test(
  "snapshot() finds the child that keeps the lock of a process that has ended",
  settings,
  async (scene) => {
    const path = fileFor(scene);
    const [taker, waiter] = [await locker(scene, path), await locker(scene, path)];
    await taker.does("flock write");
    taker.peer.say("fork");
    await taker.peer.line();
    const child = Number(await taker.peer.line());
    scene.after(() => process.kill(child, "SIGKILL"));
    taker.peer.kill();
    await until("its end", () => !existsSync(`/proc/${taker.pid}`));
    await waiter.waitsTo("flock write");
    const seen = await look();
    assert.deepEqual(holdersOf(seen, lockOn(seen, path)), [[child, "lock", taker.fd, "write"]]);
    assert.deepEqual(ownersOf(waitOf(seen, waiter.pid)), [child]);
    const finding = seen.findings.find(({ rule }) => rule === "lock-inherited");
    assert.deepEqual(finding?.processes, [child, waiter.pid]);
  },
);

test("snapshot() finds who waits for a lease to be given up", settings, async (scene) => {
  const path = fileFor(scene);
  const holder = await locker(scene, path);
  await holder.does("reopen read");
  await holder.does("lease read");
  assert.deepEqual(lockOn(await look(), path).flags, []);
  await using opener = await startPeer("perl", ["-e", 'open my $f, "+<", $ARGV[0]', path]);
  await blockedIn(opener.pid, "openat");
  const seen = await look();
  const object = lockOn(seen, path);
  assert.deepEqual(object.flags, ["breaking", "contended"]);
  const wait = waitOf(seen, opener.pid);
  assert.deepEqual([wait.operation, wait.isTimed, wait.object], ["open", true, object.address]);
  assert.deepEqual(ownersOf(wait), [holder.pid]);
  holder.peer.end();
  await opener.ended();
});

test("snapshot() says so when the holder of a wanted lock is stopped", settings, async (scene) => {
  const path = fileFor(scene);
  const [holder, waiter] = [await locker(scene, path), await locker(scene, path)];
  await holder.does("posix write 0 10");
  await waiter.waitsTo("posix write 5 1");
  assert.deepEqual((await look()).findings, []);
  holder.peer.kill("SIGSTOP");
  await until("it to stop", () =>
    /^State:\tT/m.test(readFileSync(`/proc/${holder.pid}/status`, "latin1")),
  );
  const [finding] = (await look()).findings;
  assert.equal(finding?.rule, "lock-holder-stopped");
  assert.deepEqual(finding?.processes, [holder.pid, waiter.pid]);
  assert.match(finding?.text[0] ?? "", /has an exclusive lock on bytes 0 to 9, and 1 thread waits/);
  assert.match(finding?.text.at(-1) ?? "", new RegExp(`^=> .*kill -CONT ${holder.pid}\\)`));
});

test(
  "why() finds a circle of flock's locks, which the kernel does not",
  settings,
  async (scene) => {
    const folder = folderFor(scene);
    const names = ["a", "b"].map((name) => join(folder, name));
    const peers = await Promise.all([0, 1].map((own) => circling(scene, names, own)));
    for (const peer of peers) peer.say("");
    for (const peer of peers) await blockedIn(peer.pid, "flock");
    const seen = await look();
    const cycle = why(seen, peers[0]?.pid ?? 0)?.cycle ?? [];
    assert.equal(cycle.length, 4);
    for (const { pid } of peers) assert.ok(cycle.includes(`pid:${pid}`));
    for (const name of names) assert.ok(cycle.includes(`lock:${name}`));
  },
);

/** Locks one file, and when told the other. */
async function circling(scene: TestScene, names: readonly string[], own: number) {
  const script =
    '$| = 1; open my $f, ">>", $ARGV[0]; open my $g, ">>", $ARGV[1]; ' +
    'flock $f, 2; print "held\\n"; <STDIN>; flock $g, 2';
  const [first = "", second = ""] = [names[own], names[1 - own]];
  const peer = await startPeer("perl", ["-e", script, first, second]);
  scene.after(() => peer[Symbol.asyncDispose]());
  await peer.line();
  return peer;
}

test("snapshot() agrees with lslocks(8)", {
  needs: ["python", "util-linux", "isolated"],
}, async (scene) => {
  const folder = folderFor(scene);
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  const lockers = await Promise.all([one, one, two, two].map((path) => locker(scene, path)));
  const [first, second, third, fourth] = lockers;
  await first?.does("posix write 3 4");
  await second?.does("posix read 100 0");
  await second?.does("flock write");
  await third?.does("description write 0 0");
  await fourth?.does("flock read");
  const columns = "PID,TYPE,MODE,START,END,INODE,M";
  const theirs = JSON.parse(await ask("lslocks", ["--json", "--output", columns])) as Listing;
  const seen = await look();
  const ours = seen.objects.flatMap(({ details }) =>
    (details["locks"] as unknown as readonly Ours[]).map(({ type, access, start, end, pid }) => {
      const kind = { flock: "FLOCK", posix: "POSIX" }[type] ?? "OFDLCK";
      return [pid ?? -1, kind, access.toUpperCase(), start, end ?? 0, details["inode"]].join(" ");
    }),
  );
  const listed = theirs.locks.map(({ pid, type, mode, start, end, inode }) =>
    [pid, type, mode, start, end, inode].join(" "),
  );
  assert.equal(listed.length, 5);
  assert.deepEqual(ours.sort(), listed.sort());
});

interface Listing {
  readonly locks: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

interface Ours {
  readonly type: string;
  readonly access: string;
  readonly start: number;
  readonly end: number | null;
  readonly pid: number | null;
}

const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

test("snapshot() of a user who may read no descriptors still says who holds and who waits", {
  needs: ["python", "isolated", "setuid", "root"],
}, async (scene) => {
  const path = fileFor(scene);
  const [holder, waiter] = [await locker(scene, path), await locker(scene, path)];
  await holder.does("posix write 0 10");
  await waiter.waitsTo("posix read 5 1");
  const number = lockOn(await look(), path).aliases[0];
  const seen = await snapshotThrough(...asNobody);
  const holds = seen.holds.filter(({ object }) => object === number);
  assert.deepEqual(
    holds.map(({ pid, how, fd }) => [pid, how, fd]),
    [[holder.pid, "lock", null]],
  );
  const wait = waitOf(seen, waiter.pid);
  assert.deepEqual([wait.object, wait.syscall], [number, "fcntl"]);
  assert.equal(wait.text, "a shared lock on byte 5");
  assert.deepEqual(ownersOf(wait), [holder.pid]);
});

test("snapshot() is undisturbed by locks that come and go", settings, async (scene) => {
  const path = fileFor(scene);
  const script =
    "import fcntl, os, sys\nprint(flush=True)\nwhile True:\n" +
    " f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n fcntl.flock(f, fcntl.LOCK_EX)\n" +
    " fcntl.lockf(f, fcntl.LOCK_EX, 1, os.getpid() % 3)\n os.close(f)\n";
  for (let count = 0; count < 4; count++) {
    const peer = await startPeer("/usr/bin/python3", ["-c", script, path]);
    scene.after(() => peer[Symbol.asyncDispose]());
    await peer.line();
  }
  for (let times = 0; times < 50; times++) {
    const seen = await look();
    assert.ok(seen.waits.every(({ object }) => seen.objects.some((one) => one.address === object)));
    assert.deepEqual(leaks(seen), []);
  }
});
