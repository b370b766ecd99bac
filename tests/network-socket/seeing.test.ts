/** Seeing the TCP, UDP and raw sockets of foreign programs: names, pairs, queues and waits. */
import assert from "node:assert/strict";
import {
  findObject,
  type Link,
  type ObjectRecord,
  type Snapshot,
  snapshot,
  type Wait,
} from "linux-ipc/inspect";
import { runPeer, startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { lookUntil, scripted, waitsOf } from "../inspect/sockets.ts";

const settings = { needs: ["python", "isolated"] } as const;
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

function linksOf({ links }: Snapshot, address: string): readonly Link[] {
  return links.filter(({ from, to }) => from === address || to === address);
}

function holdersOf({ holds }: Snapshot, address: string): readonly number[] {
  return holds.filter(({ object }) => object === address).map(({ pid }) => pid);
}

function said({ object, operation, text }: Wait): readonly string[] {
  return [object, operation, text];
}

/** The families, as a server and its client would say where they are. */
const families = [
  ["IPv4", "AF_INET", "127.0.0.1", "127.0.0.1", "127.0.0.1"],
  ["IPv6", "AF_INET6", "::1", "::1", "[::1]"],
  ["IPv4 within IPv6", "AF_INET6", "::", "127.0.0.1", "127.0.0.1"],
] as const;

for (const [name, family, bound, reached, host] of families) {
  const script = `
server = socket(${family}); server.bind(("${bound}", 0)); server.listen(3)
port = server.getsockname()[1]
client = create_connection(("${reached}", port)); accepted, _ = server.accept()
client.send(b"hello")
say(port, client.getsockname()[1], inode(server), inode(client), inode(accepted))
rest()
`;
  test(`snapshot() pairs the two ends of a connection over ${name}`, settings, async (scene) => {
    const { pid, numbers } = await scripted(scene, script);
    const [port, other, server, client, accepted] = numbers;
    const seen = await lookUntil((now) => findObject(now, `tcp:${accepted}`)?.used["bytes"] === 5);
    const here = `tcp:${host}:${port}-${host}:${other}`;
    const there = `tcp:${host}:${other}-${host}:${port}`;
    const listening = bound === "::" ? `tcp:[::]:${port}` : `tcp:${host}:${port}`;
    assert.equal(findObject(seen, `tcp:${server}`)?.address, listening);
    assert.deepEqual(findObject(seen, listening)?.limit, { pending: 4 });
    const reader = findObject(seen, `tcp:${accepted}`);
    assert.deepEqual([reader?.address, reader?.details["peer"]], [here, there]);
    assert.deepEqual(
      [reader?.details["state"], reader?.details["receivedBytes"]],
      ["established", 5],
    );
    assert.equal(findObject(seen, `tcp:${host}:${other}`)?.details["inode"], client);
    assert.equal(findObject(seen, there)?.details["sentBytes"], 5);
    const [link, ...more] = linksOf(seen, here);
    assert.deepEqual([link?.kind, link?.direction, more], ["tcp", "both", []]);
    assert.deepEqual([link?.from, link?.to].sort(), [here, there].sort());
    for (const address of [listening, here, there])
      assert.deepEqual(holdersOf(seen, address), [pid]);
  });
}

const datagrams = `
server = socket(AF_INET, SOCK_DGRAM); server.bind(("0.0.0.0", 0)); port = server.getsockname()[1]
oneway = socket(AF_INET, SOCK_DGRAM); oneway.connect(("127.0.0.1", port)); oneway.send(b"x")
left = socket(AF_INET6, SOCK_DGRAM); left.bind(("::1", 0))
right = socket(AF_INET6, SOCK_DGRAM); right.connect(left.getsockname()[:2])
left.connect(right.getsockname()[:2])
say(port, inode(oneway), inode(left), inode(right))
rest()
`;

test(
  "snapshot() links UDP one way to who is bound, both ways where both are connected",
  settings,
  async (scene) => {
    const { numbers } = await scripted(scene, datagrams);
    const [port, ...others] = numbers;
    const seen = await snapshot();
    const [oneway, left, right] = others.map((inode) => findObject(seen, `udp:${inode}`)?.address);
    const server = `udp:0.0.0.0:${port}`;
    assert.deepEqual(linksOf(seen, server), [
      { from: oneway, to: server, kind: "udp", direction: "forward" },
    ]);
    assert.ok((findObject(seen, server)?.used["receiveBufferBytes"] ?? 0) > 0);
    const [both, ...more] = linksOf(seen, left as string);
    assert.deepEqual([both?.direction, more], ["both", []]);
    assert.deepEqual([both?.from, both?.to].sort(), [left, right].sort());
  },
);

const shared = `
def bound():
    one = socket(); one.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1); one.bind(("127.0.0.1", port)); one.listen()
    return one
port = 0
first = bound(); port = first.getsockname()[1]; second = bound()
say(port, inode(first), inode(second))
rest()
`;

test("snapshot() names those who share an address by their inodes", settings, async (scene) => {
  const { numbers } = await scripted(scene, shared);
  const [port, first, second] = numbers;
  const seen = await snapshot();
  assert.equal(findObject(seen, `tcp:127.0.0.1:${port}`), undefined);
  for (const inode of [first, second]) {
    const object = findObject(seen, `tcp:${inode}`);
    assert.equal(object?.address, `tcp:${inode}`);
    assert.equal(object?.details["local"], `127.0.0.1:${port}`);
  }
});

const pending = `
server = socket(AF_INET6); server.bind(("::", 0)); server.listen(0); port = server.getsockname()[1]
client = create_connection(("127.0.0.1", port)); client.send(b"early")
say(port, client.getsockname()[1])
rest()
`;

test(
  "snapshot() links a connection that is not accepted to who listens",
  settings,
  async (scene) => {
    const { numbers, pid } = await scripted(scene, pending);
    const [port, other] = numbers;
    const here = `tcp:127.0.0.1:${port}-127.0.0.1:${other}`;
    const there = `tcp:127.0.0.1:${other}-127.0.0.1:${port}`;
    const seen = await lookUntil((now) => findObject(now, here) !== undefined);
    const kinds = linksOf(seen, here).map(({ from, to, kind }) => [from, to, kind]);
    assert.ok(
      kinds.some(
        ([from, to, kind]) => from === here && to === `tcp:[::]:${port}` && kind === "pending",
      ),
    );
    assert.ok(kinds.some(([from, to, kind]) => kind === "tcp" && [from, to].includes(there)));
    assert.deepEqual(findObject(seen, here)?.flags, ["not-accepted", "not-held"]);
    assert.equal(findObject(seen, here)?.unknown["holders"], undefined);
    const finding = seen.findings.find(({ objects }) => objects.includes(`tcp:[::]:${port}`));
    assert.deepEqual([finding?.rule, finding?.severity], ["socket-backlog-full", "warning"]);
    assert.deepEqual(finding?.processes, [pid]);
    // A second one stays half open: the kernel keeps no more.
    const connect = "s = socket(); say(1); s.connect(('127.0.0.1', int(sys.argv[1])))";
    const late = await scripted(scene, connect, [String(port)]);
    const [wait] = await waitsOf(late.pid);
    assert.deepEqual([wait?.object, wait?.operation], [`tcp:[::]:${port}`, "connect"]);
    assert.equal(wait?.text, "room for its connection: 1 are not accepted, the backlog is 0");
    const error = (await snapshot()).findings.find(({ rule }) => rule === "socket-backlog-full");
    assert.equal(error?.severity, "error");
  },
);

const blocked = `
server = socket(); server.bind(("127.0.0.1", 0)); server.listen()
client = create_connection(server.getsockname()); accepted, _ = server.accept()
say(server.getsockname()[1], client.getsockname()[1])
`;

const waits: readonly (readonly [
  name: string,
  code: string,
  of: number,
  told: readonly string[],
])[] = [
  ["accept", "server.accept()", 0, ["accept", "a connection"]],
  ["recv", "client.recv(1)", 1, ["receive", "data from its peer "]],
  [
    "poll",
    "p = select.poll(); p.register(client, 1); p.poll()",
    1,
    ["read", "data from its peer "],
  ],
];

for (const [name, code, of, [operation = "", text = ""]] of waits) {
  test(`snapshot() tells who waits in ${name}, and for whom`, settings, async (scene) => {
    const { pid, numbers } = await scripted(scene, blocked + code);
    const [port, other] = numbers.map((one) => `127.0.0.1:${one}`);
    const [wait] = await waitsOf(pid);
    const object = of === 0 ? `tcp:${port}` : `tcp:${other}-${port}`;
    const peer = of === 0 ? "" : `tcp:${port}-${other}`;
    assert.deepEqual(wait && said(wait), [object, operation, text + peer]);
  });
}

test("snapshot() explains a TCP writer by who does not read", settings, async (scene) => {
  const code = "while True: client.send(b'x' * 65536)";
  const { pid, numbers } = await scripted(scene, blocked + code);
  const [port, other] = numbers.map((one) => `127.0.0.1:${one}`);
  const seen = await lookUntil(({ findings }) =>
    findings.some(({ processes }) => processes.includes(pid)),
  );
  const finding = seen.findings.find(({ processes }) => processes.includes(pid));
  const ends = [`tcp:${other}-${port}`, `tcp:${port}-${other}`];
  assert.deepEqual([finding?.rule, finding?.objects], ["socket-queue-full", ends]);
  assert.ok(findObject(seen, `tcp:${other}-${port}`)?.flags.includes("full"));
  const { used, limit } = findObject(seen, `tcp:${other}-${port}`) as ObjectRecord;
  assert.ok((used["sendBufferBytes"] ?? 0) > 0.6 * (limit["sendBufferBytes"] ?? 0));
  assert.match(finding?.text[0] ?? "", /can send no more: \d+ bytes are unread at its peer/);
});

test("snapshot() agrees with ss on every TCP and UDP socket", settings, async (scene) => {
  const script = `${blocked}
more = [create_connection(server.getsockname()) for _ in range(20)]
u = [socket(AF_INET, SOCK_DGRAM) for _ in range(20)]
for one in u: one.bind(("127.0.0.1", 0))
rest()`;
  await scripted(scene, script);
  const told = await lookUntil(({ objects }) => {
    return objects.filter(({ kind }) => kind === "udp").length === 20;
  });
  const { stdout } = await runPeer("ss", ["-tuanH", "exclude", "time-wait"]);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [kind, , received, sent, local, remote] = line.trim().split(/\s+/);
      return [
        kind,
        kind === "tcp" ? [received, sent] : [],
        local,
        remote?.replace(/^.*:\*$/, ""),
      ].join();
    });
  const ours = told.objects.flatMap(({ kind, used, details }) => {
    const { local = null, remote, backlog = used["unacknowledgedBytes"] } = details;
    const queues = kind === "tcp" ? [used["pending"] ?? used["bytes"], backlog] : [];
    return local === null ? [] : [[kind, queues, local, remote ?? ""].join()];
  });
  assert.deepEqual(lines.sort(), ours.sort());
});

test("snapshot() shows raw sockets with their protocol", {
  needs: ["python", "isolated", "root"],
}, async (scene) => {
  const { numbers } = await scripted(
    scene,
    "s = socket(AF_INET, SOCK_RAW, 89); say(inode(s)); rest()",
  );
  const object = findObject(await snapshot(), `raw:${numbers[0]}`);
  assert.deepEqual([object?.details["protocol"], object?.flags], [89, []]);
});

test(
  "snapshot() counts the open sockets that no list of the kernel has",
  settings,
  async (scene) => {
    const count = async (): Promise<number> => {
      const gap = (await snapshot()).gaps.find(({ reason }) => reason === "not-listed");
      return gap?.count ?? 0;
    };
    const before = await count();
    await scripted(scene, "a = socket(), socket(AF_INET6, SOCK_DGRAM); say(1); rest()");
    assert.equal(await count(), before + 2);
  },
);

test("snapshot() as nobody pairs what it may not hold against anybody", {
  needs: ["python", "isolated", "setuid", "root"],
}, async (scene) => {
  const { numbers } = await scripted(scene, `${blocked}rest()`);
  const [port, other] = numbers.map((one) => `127.0.0.1:${one}`);
  const seen = await snapshotThrough(...asNobody);
  assert.equal(linksOf(seen, `tcp:${port}-${other}`).length, 1);
  assert.deepEqual(holdersOf(seen, `tcp:${port}-${other}`), []);
});

test("snapshot() keeps the networks of others apart", {
  needs: ["python", "isolated", "namespaces"],
}, async (scene) => {
  const script = `
s = socket(); s.bind(("0.0.0.0", 7777)); s.listen()
say(os.stat("/proc/self/ns/net").st_ino)
rest()`;
  const here = await scripted(scene, script);
  const there = await scripted(scene, script, [], ["unshare", "--net"]);
  const seen = await snapshot();
  const other = `@${there.numbers[0]}/tcp:0.0.0.0:7777`;
  assert.deepEqual(holdersOf(seen, "tcp:0.0.0.0:7777"), [here.pid]);
  assert.deepEqual(holdersOf(seen, other), [there.pid]);
});

test("snapshot() sees the sockets of perl", { needs: ["perl", "isolated"] }, async () => {
  const script = `use IO::Socket::INET; $| = 1;
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 4, Proto => "tcp") or die;
    print $s->sockport, "\\n"; $s->accept;`;
  await using peer = await startPeer("perl", ["-e", script]);
  const port = await peer.line();
  const [wait] = await waitsOf(peer.pid);
  assert.deepEqual(wait && said(wait), [`tcp:127.0.0.1:${port}`, "accept", "a connection"]);
});
