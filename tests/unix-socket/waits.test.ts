/** Who waits on a Unix socket, whatever the call, and what is concluded from it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findObject, type Snapshot, snapshot, type Wait } from "linux-ipc/inspect";
import { compiled } from "../harness/compiled.ts";
import { startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { lookUntil, scripted, waitsOf } from "../inspect/sockets.ts";

const settings = { needs: ["python", "isolated"] } as const;

function pathIn(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-unix-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "socket");
}

function said({ object, operation, text }: Wait): readonly string[] {
  return [object, operation, text];
}

const open = `
server = socket(AF_UNIX); server.bind(sys.argv[1]); server.listen(0)
a, b = socketpair()
`;

const calls: readonly (readonly [name: string, code: string, operation: string])[] = [
  ["accept", "server.accept()", "accept"],
  ["poll", "p = select.poll(); p.register(server, select.POLLIN); p.poll()", "read"],
  ["select", "select.select([server], [], [])", "read"],
];

for (const [name, code, operation] of calls) {
  test(`snapshot() tells who waits for a connection in ${name}`, settings, async (scene) => {
    const path = pathIn(scene);
    const { pid } = await scripted(scene, `${open}say(inode(server))\n${code}`, [path]);
    const [wait] = await waitsOf(pid);
    assert.deepEqual(wait && said(wait), [`unix:${path}`, operation, "a connection"]);
  });
}

const reads: readonly (readonly [name: string, code: string, operation: string])[] = [
  ["recv", "a.recv(1)", "receive"],
  ["recvmsg", "a.recvmsg(1)", "receive"],
  ["read", "os.read(a.fileno(), 1)", "read"],
  ["splice", "os.splice(a.fileno(), os.pipe()[1], 9)", "read"],
];

for (const [name, code, operation] of reads) {
  test(`snapshot() tells who waits for data in ${name}, and of whom`, settings, async (scene) => {
    const script = `${open}say(inode(a), inode(b))\n${code}`;
    const { pid, numbers } = await scripted(scene, script, [pathIn(scene)]);
    const waits = await waitsOf(pid);
    const wait = waits.find(({ object }) => object === `unix:${numbers[0]}`);
    const text = `data from its peer unix:${numbers[1]}`;
    assert.deepEqual(wait && said(wait), [`unix:${numbers[0]}`, operation, text]);
  });
}

test("snapshot() shows every socket of a poll as one of several", settings, async (scene) => {
  const code = "p = select.poll(); p.register(a, 1); p.register(b, 1); p.poll(100000)";
  const script = `${open}say(inode(a), inode(b))\n${code}`;
  const { pid, numbers } = await scripted(scene, script, [pathIn(scene)]);
  const waits = await waitsOf(pid, 2);
  assert.deepEqual(
    waits.map(({ object }) => object).sort(),
    numbers.map((one) => `unix:${one}`).sort(),
  );
  assert.ok(waits.every(({ isOneOf, isTimed }) => isOneOf === true && isTimed === true));
});

const full = `
a, b = socketpair()
reader = os.fork()
if reader == 0:
    a.close(); signal.pause()
b.close()
say(inode(a), reader)
try:
    while True: a.send(b"x" * 4096)
finally:
    os.kill(reader, 9)
`;

test("snapshot() explains a writer by who does not read", settings, async (scene) => {
  const { pid, numbers } = await scripted(scene, full);
  scene.after(() => process.kill(reader, "SIGKILL"));
  const [inode, reader = 0] = numbers;
  const [wait] = await waitsOf(pid);
  const address = `unix:${inode}`;
  assert.deepEqual([wait?.object, wait?.operation], [address, "send"]);
  const seen = await lookUntil(({ findings }) => findings.some(isAbout(address)));
  const peer = String(findObject(seen, address)?.details["peer"]);
  assert.match(wait?.text ?? "", /^its peer unix:\d+ to read, with \d+ bytes unread there$/);
  const finding = seen.findings.find(isAbout(address));
  assert.deepEqual([finding?.rule, finding?.severity], ["socket-queue-full", "error"]);
  assert.deepEqual(finding?.objects, [address, peer]);
  assert.deepEqual([...(finding?.processes ?? [])].sort(), [pid, reader].sort());
  const text = finding?.text ?? [];
  assert.match(text[0] ?? "", /can send no more: \d+ bytes are unread at its peer/);
  assert.ok(
    text.some((line) => line.includes(`(${reader}) is blocked in pause and does not read`)),
  );
  assert.deepEqual(findObject(seen, address)?.flags, ["full"]);
  const unread = findObject(seen, peer);
  assert.ok((unread?.used["bytes"] ?? 0) > 0.5 * (unread?.limit["bytes"] ?? 0));
});

function isAbout(address: string): (finding: Snapshot["findings"][number]) => boolean {
  return ({ objects }) => objects.includes(address);
}

const both = `
a, b = socketpair()
other = os.fork()
mine = a if other == 0 else b
(b if other == 0 else a).close()
if other: say(inode(mine), other)
while True: mine.send(b"x" * 4096)
`;

test("snapshot() finds two who both write, and tells of them once", settings, async (scene) => {
  const { pid, numbers } = await scripted(scene, both);
  const [inode, other = 0] = numbers;
  scene.after(() => process.kill(other, "SIGKILL"));
  await waitsOf(pid);
  await waitsOf(other);
  const seen = await snapshot();
  const findings = seen.findings.filter(isAbout(`unix:${inode}`));
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ["socket-both-write"],
  );
  assert.match(findings[0]?.text.at(-1) ?? "", /^=> both sides write and neither reads/);
});

const backlog = `
server = socket(AF_UNIX); server.bind(sys.argv[1]); server.listen(0)
first = socket(AF_UNIX); first.connect(sys.argv[1])
say(inode(first))
rest()
`;

test(
  "snapshot() shows who waits to connect at the socket that is full",
  settings,
  async (scene) => {
    const path = pathIn(scene);
    const server = await scripted(scene, backlog, [path]);
    const connecting = "s = socket(AF_UNIX); say(inode(s)); s.connect(sys.argv[1])";
    const { pid, numbers } = await scripted(scene, connecting, [path]);
    const [wait] = await waitsOf(pid);
    const text = "room for its connection: 1 are not accepted, the backlog is 0";
    assert.deepEqual(wait && said(wait), [`unix:${path}`, "connect", text]);
    assert.deepEqual(wait?.need, { from: `unix:${numbers[0]}`, pending: 1, backlog: 0 });
    const finding = (await snapshot()).findings.find(isAbout(`unix:${path}`));
    assert.deepEqual([finding?.rule, finding?.severity], ["socket-backlog-full", "error"]);
    assert.deepEqual([...(finding?.processes ?? [])].sort(), [server.pid, pid].sort());
    assert.ok(finding?.text.some((line) => line.endsWith(`(${pid}) waits to connect.`)));
    assert.ok(finding?.text.some((line) => line.includes(`(${server.pid}) is blocked in read`)));
  },
);

test("snapshot() shows who sends a datagram at the socket that is full", {
  needs: ["python", "perl", "gcc", "isolated"],
}, async (scene) => {
  const path = pathIn(scene);
  const script = "s = socket(AF_UNIX, SOCK_DGRAM); s.bind(sys.argv[1]); say(inode(s)); rest()";
  await scripted(scene, script, [path]);
  const perl = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0);
    send($s, "x", 0, pack_sockaddr_un($ARGV[0])) while 1;`;
  await using peer = await startPeer("perl", ["-e", perl, path]);
  await using other = await startPeer(await compiled(scene, "tests/unix-socket/peers/sendmsg.c"), [
    path,
  ]);
  for (const { pid } of [peer, other]) {
    const [wait] = await waitsOf(pid);
    const text = `room in the queue of unix:${path}`;
    assert.deepEqual(wait && said(wait), [`unix:${path}`, "send", text]);
  }
});

test("snapshot() shows threads, each with its own wait", settings, async (scene) => {
  const script = `${open}
for one in (a, b): threading.Thread(target=one.recv, args=(1,), daemon=True).start()
say(inode(a), inode(b))
rest()`;
  const { pid, numbers } = await scripted(scene, script, [pathIn(scene)]);
  // The main thread waits too, for its standard input.
  const waits = (await waitsOf(pid, 3)).filter(({ operation }) => operation === "receive");
  assert.deepEqual(
    waits.map(({ object }) => object).sort(),
    numbers.map((one) => `unix:${one}`).sort(),
  );
  assert.equal(new Set(waits.map(({ tid }) => tid)).size, 2);
});
