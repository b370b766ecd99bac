/** Seeing the Unix sockets of foreign programs: names, pairs, queues, and what is in flight. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findObject, type Link, type Snapshot, snapshot } from "linux-ipc/inspect";
import { runPeer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { lookUntil, scripted } from "../inspect/sockets.ts";

const settings = { needs: ["python", "isolated"] } as const;
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

/** A folder for socket files, which is gone after the test. */
function folderOf(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-unix-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function linksOf({ links }: Snapshot, address: string): readonly Link[] {
  return links.filter(({ from, to }) => from === address || to === address);
}

function holdersOf({ holds }: Snapshot, address: string): readonly number[] {
  return holds.filter(({ object }) => object === address).map(({ pid }) => pid);
}

const streams = `
server = socket(AF_UNIX); server.bind(sys.argv[1]); server.listen(3)
client = socket(AF_UNIX); client.connect(sys.argv[1]); accepted, _ = server.accept()
client.send(b"hello")
say(inode(server), inode(client), inode(accepted))
rest()
`;

test(
  "snapshot() names who listens by the path, and the others by their inodes",
  settings,
  async (scene) => {
    const path = join(folderOf(scene), "us.sock");
    const { pid, numbers } = await scripted(scene, streams, [path]);
    const [server, client, accepted] = numbers.map((inode) => `unix:${inode}`) as [
      string,
      string,
      string,
    ];
    const seen = await snapshot();
    const listening = findObject(seen, server);
    assert.equal(listening?.address, `unix:${path}`);
    assert.deepEqual(listening?.aliases, [server]);
    assert.deepEqual([listening?.used, listening?.limit], [{ pending: 0 }, { pending: 4 }]);
    assert.deepEqual(
      [listening?.details["state"], listening?.details["backlog"]],
      ["listening", 3],
    );
    const reader = findObject(seen, accepted);
    assert.equal(reader?.address, accepted);
    assert.equal(reader?.details["name"], path);
    assert.deepEqual([reader?.details["state"], reader?.details["peer"]], ["connected", client]);
    assert.equal(reader?.used["bytes"], 5);
    assert.ok((findObject(seen, client)?.used["sendBufferBytes"] ?? 0) > 5);
    assert.deepEqual(holdersOf(seen, `unix:${path}`), [pid]);
    const [link, ...others] = linksOf(seen, client);
    assert.deepEqual([link?.kind, link?.direction, others], ["unix-stream", "both", []]);
    assert.deepEqual([link?.from, link?.to].sort(), [client, accepted].sort());
  },
);

const pair = `
a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)
inodes = inode(a), inode(b)
def child(mine, other):
    pid = os.fork()
    if pid == 0:
        other.close(); signal.pause()
    return pid
pids = child(a, b), child(b, a)
a.close(); b.close()
say(*inodes, *pids)
rest()
for pid in pids: os.kill(pid, 9); os.waitpid(pid, 0)
`;

test("snapshot() shows the two who hold a pair, and not who made it", settings, async (scene) => {
  const { numbers, peer } = await scripted(scene, pair);
  const [first, second, one, other] = numbers;
  const seen = await lookUntil((now) => holdersOf(now, `unix:${first}`).join() === `${one}`);
  assert.deepEqual(holdersOf(seen, `unix:${second}`), [other]);
  assert.equal(findObject(seen, `unix:${first}`)?.details["type"], "seqpacket");
  assert.deepEqual(
    linksOf(seen, `unix:${first}`).map(({ kind, direction }) => [kind, direction]),
    [["unix-seqpacket", "both"]],
  );
  peer.end();
  await peer.ended();
});

const datagrams = `
server = socket(AF_UNIX, SOCK_DGRAM); server.bind(sys.argv[1])
oneway = socket(AF_UNIX, SOCK_DGRAM); oneway.connect(sys.argv[1])
left, right = socketpair(AF_UNIX, SOCK_DGRAM)
oneway.send(b"four"); oneway.send(b"more")
say(inode(server), inode(oneway), inode(left), inode(right))
rest()
`;

test(
  "snapshot() links datagrams one way, and both ways where both are connected",
  settings,
  async (scene) => {
    const path = join(folderOf(scene), "log");
    const { numbers } = await scripted(scene, datagrams, [path]);
    const [, oneway, left, right] = numbers.map((inode) => `unix:${inode}`);
    const seen = await snapshot();
    assert.deepEqual(linksOf(seen, `unix:${path}`), [
      { from: oneway, to: `unix:${path}`, kind: "unix-dgram", direction: "forward" },
    ]);
    const [both] = linksOf(seen, left as string);
    assert.equal(both?.direction, "both");
    assert.deepEqual([both?.from, both?.to].sort(), [left, right].sort());
    // Of datagrams the kernel tells the first one's size.
    assert.equal(findObject(seen, `unix:${path}`)?.used["bytes"], 4);
  },
);

const waiting = `
server = socket(AF_UNIX); server.bind(sys.argv[1]); server.listen(0)
client = socket(AF_UNIX); client.connect(sys.argv[1]); client.send(b"early")
say(inode(client))
rest()
`;

test("snapshot() links who is not accepted yet to who listens", settings, async (scene) => {
  const path = join(folderOf(scene), "slow");
  const { numbers, pid } = await scripted(scene, waiting, [path]);
  const seen = await snapshot();
  const client = `unix:${numbers[0]}`;
  assert.deepEqual(linksOf(seen, client), [
    { from: client, to: `unix:${path}`, kind: "pending", direction: "forward" },
  ]);
  assert.deepEqual(findObject(seen, client)?.flags, ["not-accepted"]);
  const server = findObject(seen, `unix:${path}`);
  assert.deepEqual([server?.used, server?.limit], [{ pending: 1 }, { pending: 1 }]);
  assert.deepEqual(server?.flags, ["full"]);
  const finding = seen.findings.find(({ objects }) => objects.includes(`unix:${path}`));
  assert.deepEqual([finding?.rule, finding?.severity], ["socket-backlog-full", "warning"]);
  assert.deepEqual(finding?.processes, [pid]);
});

const inFlight = `
a, b = socketpair()
sent = [socket(AF_UNIX), socket(AF_UNIX)]
inodes = [inode(one) for one in sent]
send_fds(a, [b"x"], [one.fileno() for one in sent])
for one in sent: one.close()
say(inode(b), *inodes)
rest()
`;

test(
  "snapshot() counts descriptors in flight, and says that nobody has them",
  settings,
  async (scene) => {
    const { numbers } = await scripted(scene, inFlight);
    const [receiver, ...sent] = numbers.map((inode) => `unix:${inode}`) as [string, ...string[]];
    const seen = await snapshot();
    assert.equal(findObject(seen, receiver)?.details["descriptorsInFlight"], 2);
    assert.equal(sent.length, 2);
    for (const address of sent) {
      const object = findObject(seen, address);
      assert.deepEqual(object?.flags, ["not-held"]);
      assert.match(object?.unknown["holders"] ?? "", /in flight/);
    }
  },
);

const odd = `
odd = socket(AF_UNIX); odd.bind(b"\\0a\\0 $(b)\\xff/\\xc3"); odd.listen()
plain = socket(AF_UNIX); plain.bind(b"\\0/org/plain"); plain.listen()
say(inode(odd), inode(plain))
rest()
`;

test(
  "snapshot() writes any abstract name as one word, which findObject() takes",
  settings,
  async (scene) => {
    const { numbers } = await scripted(scene, odd);
    const seen = await snapshot();
    const address = "unix:@a\\x00\\x20\\x24\\x28b\\x29\\xff/\\xc3";
    assert.equal(findObject(seen, `unix:${numbers[0]}`)?.address, address);
    assert.equal(findObject(seen, address)?.details["inode"], numbers[0]);
    assert.equal(findObject(seen, "unix:@\\x61\\x00 $(b)\\xFF/\\xc3")?.address, address);
    assert.equal(findObject(seen, "unix:@/org/plain")?.details["inode"], numbers[1]);
  },
);

const twice = `
def bound():
    one = socket(AF_UNIX); one.bind(sys.argv[1]); one.listen(); return one
old = bound(); os.rename(sys.argv[1], sys.argv[1] + ".old"); new = bound()
say(inode(old), inode(new))
rest()
`;

test(
  "snapshot() gives a path that was bound twice to whose file is there",
  settings,
  async (scene) => {
    const path = join(folderOf(scene), "twice");
    const { numbers } = await scripted(scene, twice, [path]);
    const [old, recent] = numbers;
    const seen = await snapshot();
    assert.equal(findObject(seen, `unix:${path}`)?.details["inode"], recent);
    assert.equal(findObject(seen, `unix:${old}`)?.address, `unix:${old}`);
    rmSync(path);
    const later = await snapshot();
    assert.equal(findObject(later, `unix:${path}`), undefined);
    assert.equal(findObject(later, `unix:${recent}`)?.details["name"], path);
  },
);

const gone = `
a, b = socketpair(); a.send(b"last words"); a.close()
say(inode(b))
rest()
`;

test("snapshot() tells of bytes whose sender is gone", settings, async (scene) => {
  const { numbers, pid } = await scripted(scene, gone);
  const seen = await snapshot();
  const address = `unix:${numbers[0]}`;
  const object = findObject(seen, address);
  assert.deepEqual(
    [object?.details["state"], object?.flags, object?.used["bytes"]],
    ["disconnected", ["peer-gone"], 10],
  );
  const finding = seen.findings.find(({ objects }) => objects.includes(address));
  assert.deepEqual([finding?.rule, finding?.processes], ["socket-peer-gone-unread", [pid]]);
  assert.equal(finding?.text[0], `${address} has 10 unread bytes, and its peer is gone.`);
});

test("snapshot() as nobody draws every link, with holders unknown", {
  needs: ["python", "isolated", "setuid", "root"],
}, async (scene) => {
  const path = join(folderOf(scene), "us.sock");
  const { numbers } = await scripted(scene, streams, [path]);
  const seen = await snapshotThrough(...asNobody);
  const [, client, accepted] = numbers.map((inode) => `unix:${inode}`) as [string, string, string];
  const [link] = linksOf(seen, client);
  assert.deepEqual([link?.from, link?.to].sort(), [client, accepted].sort());
  assert.deepEqual(holdersOf(seen, client), []);
  assert.match(findObject(seen, client)?.unknown["holders"] ?? "", /processes? not read$/);
  assert.ok(findObject(seen, `unix:${path}`));
  const gaps = seen.gaps.filter(({ what }) => what === "descriptors");
  assert.equal(gaps.length, 1);
});

const elsewhere = `
server = socket(AF_UNIX); server.bind(b"\\0there"); server.listen()
client = socket(AF_UNIX); client.connect(b"\\0there"); accepted, _ = server.accept()
say(inode(client), inode(accepted), os.stat("/proc/self/ns/net").st_ino)
rest()
`;

test("snapshot() shows the sockets of other networks, under addresses of their own", {
  needs: ["python", "isolated", "namespaces"],
}, async (scene) => {
  const here = await scripted(scene, elsewhere);
  const there = await scripted(scene, elsewhere, [], ["unshare", "--net"]);
  const seen = await snapshot();
  const [client, accepted, network] = there.numbers;
  const prefix = `@${network}/unix:`;
  assert.equal(findObject(seen, "unix:@there")?.namespace, here.numbers[2]);
  const server = seen.objects.find(({ address }) => address === `${prefix}@there`);
  assert.deepEqual([server?.namespace, server?.aliases.length], [network, 1]);
  const ends = [`${prefix}${client}`, `${prefix}${accepted}`];
  assert.ok(seen.links.some(({ from, to }) => ends.includes(from) && ends.includes(to)));
  assert.deepEqual(holdersOf(seen, `${prefix}${client}`), [there.pid]);
});

test("snapshot() as nobody says that other networks are closed to it, once", {
  needs: ["python", "isolated", "namespaces", "setuid", "root"],
}, async (scene) => {
  await scripted(scene, elsewhere, [], ["unshare", "--net", ...asNobody]);
  await scripted(scene, elsewhere, [], ["unshare", "--net", ...asNobody]);
  const seen = await snapshotThrough(...asNobody);
  const gaps = seen.gaps.filter(({ what }) => what === "unix sockets");
  assert.deepEqual(
    gaps.map(({ reason, count }) => [reason, count]),
    [["other-namespace", 2]],
  );
});

const many = `
import random
kept = []
for number in range(40):
    kept += socketpair(AF_UNIX, random.choice([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]))
    server = socket(AF_UNIX); server.bind(f"{sys.argv[1]}/{number}"); server.listen(number)
    client = socket(AF_UNIX); client.connect(f"{sys.argv[1]}/{number}")
    kept += [server, client]
    if number % 2: kept.append(server.accept()[0])
say("ready")
rest()
`;

test("snapshot() agrees with ss on every socket, queue and peer", settings, async (scene) => {
  const { pid } = await scripted(scene, many, [folderOf(scene)]);
  const { stdout } = await runPeer("ss", ["-xanH"]);
  const seen = await snapshot();
  const inodes = new Map(seen.objects.map(({ address, details }) => [address, details["inode"]]));
  const held = heldBy(seen, pid).filter((address) => address.startsWith("unix:"));
  const theirs = new Set(held.map((address) => String(inodes.get(address))));
  const told = stdout.split("\n").flatMap((line) => {
    const [, , received, sent, , inode = "", , peer] = line.trim().split(/\s+/);
    return theirs.has(inode) ? [[inode, received, sent, peer].join()] : [];
  });
  const ours = seen.objects.flatMap(({ kind, used, details }) => {
    const { inode, backlog = used["sendBufferBytes"], peer } = details;
    const received = used["pending"] ?? used["bytes"];
    const line = [inode, received, backlog, inodes.get(String(peer)) ?? 0].join();
    return kind === "unix" && theirs.has(String(inode)) ? [line] : [];
  });
  assert.deepEqual(told.sort(), ours.sort());
  assert.ok(told.length >= 180);
});

function heldBy({ holds }: Snapshot, pid: number): readonly string[] {
  return holds.filter((hold) => hold.pid === pid).map(({ object }) => object);
}

test("snapshot() sees the sockets of perl", { needs: ["perl", "isolated"] }, async (scene) => {
  const path = join(folderOf(scene), "perl.sock");
  const script = `use IO::Socket::UNIX; $| = 1;
    my $server = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 2) or die;
    my $client = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die;
    print "ready\\n"; <STDIN>;`;
  await using peer = await startPeer("perl", ["-e", script, path]);
  await peer.line();
  const seen = await snapshot();
  assert.equal(findObject(seen, `unix:${path}`)?.used["pending"], 1);
  assert.deepEqual(holdersOf(seen, `unix:${path}`), [peer.pid]);
  peer.end();
  await peer.ended();
});
