/** Shows that the walk finds what is there, by processes that we made and by what ls(1) lists. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addon } from "../../src/sys/addon.ts";
import {
  WALK_ALL,
  WALK_DESCRIPTORS,
  WALK_FILES,
  WALK_MAPPINGS,
  WALK_NAMESPACES,
  WALK_THREADS,
} from "../../src/sys/walk.ts";
import { fdinfoOf } from "../../src/wire/proc/fdinfo.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { scaled } from "../harness/scale.ts";
import { test } from "../harness/test.ts";
import { forNode, look, lookAt, walk } from "./look.ts";

test("walk() reads only what its bits ask for", () => {
  const own = (what: number) => look(what).processes.get(process.pid);
  const bare = own(0);
  assert.notEqual(bare?.comm, "");
  assert.deepEqual([bare?.uid, bare?.descriptors, bare?.mappings], [null, undefined, undefined]);
  assert.deepEqual([bare?.namespaces.size, bare?.threads.length], [0, 0]);
  assert.equal(own(WALK_FILES)?.uid, process.getuid?.());
  assert.ok((own(WALK_THREADS)?.threads.length ?? 0) > 1);
  assert.equal(own(WALK_NAMESPACES)?.namespaces.size, 5);
  assert.ok((own(WALK_DESCRIPTORS)?.descriptors?.length ?? 0) > 3);
  assert.ok(own(WALK_MAPPINGS)?.mappings !== undefined);
  assert.deepEqual(own(WALK_ALL)?.failures, []);
});

test("walk() refuses unknown bits", () => {
  for (const what of [WALK_ALL + 1, -1, 0.5, 2 ** 40, Number.NaN]) {
    assert.throws(() => walk(what), { name: "SystemError", code: "EINVAL" });
  }
});

test("walk() leaves no region behind", () => {
  const next = (): number => {
    const region = addon().regionCreate(8);
    addon().regionRelease(region);
    return region;
  };
  const first = next();
  for (let i = 0; i < 50; i++) walk(0);
  assert.equal(next(), first);
});

const opener = `
  use Socket; use IO::Handle; $| = 1; my @kept;
  for (1 .. 20) { pipe(my $r, my $w); push @kept, $r, $w }
  for (1 .. 10) { socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0); push @kept, $a, $b }
  open(my $file, "<", "/etc/passwd"); push @kept, $file;
  open(my $gone, "+>", undef); push @kept, $gone;
  for (1 .. $ARGV[0]) { open(my $null, "<", "/dev/null"); push @kept, $null }
  print "ready\\n"; <STDIN>;
`;

test("walk() agrees with ls(1) on every descriptor of a peer", { needs: ["perl"] }, async () => {
  await using peer = await startPeer("perl", ["-e", opener, "0"]);
  assert.equal(await peer.line(), "ready");
  const { descriptors = [] } = lookAt(peer.pid);
  const listed = await ask("ls", ["-l", `/proc/${peer.pid}/fd`]);
  const theirs = [...listed.matchAll(/ (\d+) -> (.*)$/gm)].map(
    ([, fd, target]) => `${fd} ${target}`,
  );
  assert.ok(theirs.length >= 65);
  assert.deepEqual(descriptors.map(({ fd, target }) => `${fd} ${target}`).sort(), theirs.sort());
  const count = (kind: string): number => descriptors.filter((one) => one.kind === kind).length;
  assert.equal(count("pipe") >= 40, true);
  assert.equal(count("deleted"), 1);
  assert.ok(descriptors.some(({ target, kind }) => target === "/etc/passwd" && kind === "file"));
});

/** How many files a process may open here, as prlimit(2) set it. */
function openFilesMax(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
}

test("walk() finds every one of very many descriptors", { needs: ["perl"] }, async (scene) => {
  const many = Math.min(scaled(100_000), openFilesMax() - 100);
  await using peer = await startPeer("perl", ["-e", opener, String(many)]);
  assert.equal(await peer.line(), "ready");
  const { descriptors = [] } = lookAt(peer.pid);
  scene.diagnostic(`${descriptors.length} descriptors`);
  assert.equal(descriptors.filter(({ target }) => target === "/dev/null").length, many);
});

const crowd = `
  $| = 1; pipe(my $r, my $w);
  for (1 .. $ARGV[0]) { my $pid = fork; if (!$pid) { close $w; <$r>; exit } push @pids, $pid }
  print "@pids\n"; <STDIN>;
`;

test("walk() finds each of many processes once, in order, on several threads", {
  needs: ["perl"],
}, async () => {
  await using peer = await startPeer("perl", ["-e", crowd, "700"]);
  const children = (await peer.line()).split(" ").map(Number);
  assert.equal(children.length, 700);
  const { processes } = look();
  assert.ok(children.every((pid) => processes.get(pid)?.ppid === peer.pid));
  const pids = [...processes.keys()];
  assert.deepEqual(
    pids,
    pids.toSorted((left, right) => left - right),
  );
});

const openings = `
  use Fcntl; $| = 1; pipe(my $r, my $w);
  sysopen(my $file, "/etc/passwd", O_RDONLY); sysopen(my $both, "/dev/null", O_RDWR);
  print join(" ", map { fileno $_ } $r, $w, $file, $both), "\n"; <STDIN>;
`;

test("walk() says for what pipes and files were opened, and where a file lies", {
  needs: ["perl"],
}, async () => {
  await using peer = await startPeer("perl", ["-e", openings]);
  const fds = (await peer.line()).split(" ").map(Number);
  const { descriptors = [] } = lookAt(peer.pid);
  const opened = fds.map((fd) => descriptors.find((one) => one.fd === fd));
  const access = opened.map((one) => one?.access);
  assert.deepEqual(access, ["read", "write", "read", "read-write"]);
  const infos = opened.map((one) => one?.info !== undefined);
  assert.deepEqual(infos, [false, false, true, false]);
  assert.equal(fdinfoOf(opened[2]?.info ?? "").inode, statSync("/etc/passwd").ino);
});

test("walk() keeps apart a process whose name forges a stat line", {
  needs: ["perl"],
}, async () => {
  for (const name of [") R 1 1 1", "a\nb (c", "))) (((", "\xff\xfe", " "]) {
    const rename = `$0 = pack("H*", "${Buffer.from(name, "latin1").toString("hex")}");`;
    await using peer = await startPeer("perl", [
      "-e",
      `${rename} $| = 1; print "ready\\n"; <STDIN>`,
    ]);
    assert.equal(await peer.line(), "ready");
    const seen = lookAt(peer.pid);
    assert.equal(seen.comm, Buffer.from(name, "latin1").toString("utf8"));
    assert.equal(seen.ppid, process.pid);
    assert.match(seen.state, /[SR]/);
    assert.deepEqual(seen.failures, []);
  }
});

const leaderEnds = `
import ctypes, threading, sys
print("ready", flush=True)
threading.Thread(target=sys.stdin.readline).start()
ctypes.CDLL(None).syscall(${process.arch === "arm64" ? 93 : 60}, 0)
`;

test("walk() finds the descriptors and calls of threads whose leader has ended", {
  needs: ["python"],
}, async () => {
  await using peer = await startPeer(python, ["-c", leaderEnds]);
  assert.equal(await peer.line(), "ready");
  const seen = await until("a leader that is a zombie", () => {
    const process = lookAt(peer.pid);
    return process.state === "Z" && process;
  });
  assert.deepEqual(
    seen.descriptors?.slice(0, 3).map(({ fd }) => fd),
    [0, 1, 2],
  );
  assert.ok(seen.threads.some(({ tid, syscall }) => tid !== peer.pid && syscall !== undefined));
  assert.equal(seen.namespaces.size, 5);
  peer.end();
});

test("walk() shows a zombie as one, without a failure", { needs: ["perl"] }, async () => {
  const script = '$| = 1; my $child = fork() // die; exit 0 if !$child; print "$child\\n"; <STDIN>';
  await using peer = await startPeer("perl", ["-e", script]);
  const child = Number(await peer.line());
  const zombie = await until("a zombie", () => {
    const seen = lookAt(child);
    return seen.state === "Z" && seen;
  });
  assert.equal(zombie.ppid, peer.pid);
  assert.deepEqual(zombie.descriptors, []);
  assert.deepEqual(zombie.failures, []);
});

test("walk() survives processes that come and go under it", async (scene) => {
  const storm = spawn("sh", ["-c", "while :; do :| :; (:) & done"], { stdio: "ignore" });
  scene.after(async () => {
    storm.kill("SIGKILL");
    await once(storm, "exit");
  });
  let vanished = 0;
  for (let round = 0; round < scaled(2_000); round++) {
    const seen = look();
    vanished += seen.vanished;
    assert.ok(seen.processes.has(process.pid));
    for (const one of seen.processes.values()) {
      assert.ok(one.startTicks > 0 || one.pid === 1, `${one.pid} is half read`);
      const odd = one.failures.filter(({ errno }) => errno === -2 || errno === -3);
      assert.deepEqual(odd, [], `${one.pid} ended and was kept`);
    }
  }
  scene.diagnostic(`${vanished} processes vanished`);
});

test("walk() gives EMFILE when it has no descriptors left, and works with five", async () => {
  const program = fileURLToPath(new URL("programs/no-descriptors.js", import.meta.url));
  const limited = ["--nofile=64:64", process.execPath, program];
  const EMFILE = "-24";
  const answers = (await ask("prlimit", limited, { env: forNode })).split(" ");
  assert.deepEqual(answers, [EMFILE, EMFILE, EMFILE, EMFILE, EMFILE, "ok"]);
});
