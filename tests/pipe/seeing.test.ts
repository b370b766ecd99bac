/** Seeing pipes between foreign processes: both ends, what is in them, and who waits for what. */
import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { until } from "../harness/deadline.ts";
import { startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { ends, pipeAt, see, seeWaits, startPython, wordsOf } from "./seeing.ts";

const settings = { needs: ["python", "isolated"] } as const;

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

test("snapshot() joins the two ends of a shell's pipeline", { needs: ["isolated"] }, async () => {
  await using shell = await startPeer("sh", ["-c", "cat | cat; true"]);
  const [left = 0, right = 0] = await until("two programs in the pipeline", () => {
    const found = childrenOf(shell.pid);
    return found.length === 2 && found;
  });
  const expected = [`${left} write`, `${right} read`].sort();
  const seen = await until("each to have its end alone", async () => {
    const out = readlinkSync(`/proc/${left}/fd/1`);
    if (!out.startsWith("pipe:")) return false;
    const found = await seeWaits(pipeAt(left, 1));
    return isDeepStrictEqual(ends(found), expected) && found;
  });
  assert.deepEqual(
    seen.waits.map((wait) => [wait.pid, ...wordsOf(wait)]),
    [[right, "read", "read", {}, "bytes, or the end of writing"]],
  );
  assert.deepEqual(seen.object.flags, []);
  assert.deepEqual(seen.findings, []);
  shell.end();
});

const filled = `
r, w = os.pipe2(os.O_NONBLOCK if sys.argv[2] == "n" else 0)
fcntl.fcntl(w, 1031, int(sys.argv[3]))
os.write(w, b"x" * int(sys.argv[1]))
ready(r, w); forever()
`;

test("snapshot() counts the bytes in a pipe, and its capacity", settings, async () => {
  for (const [bytes, capacity] of [
    [0, 65536],
    [1, 4096],
    [4097, 8192],
    [65536, 65536],
    [1_000_000, 1_048_576],
  ] as const) {
    const { peer, words } = await startPython(filled, [String(bytes), "b", String(capacity)]);
    await using _ = peer;
    const { object } = await see(pipeAt(peer.pid, Number(words[0])));
    assert.deepEqual([object.used, object.limit], [{ bytes }, { bytes: capacity }]);
    const full = bytes === capacity ? ["full"] : [];
    assert.deepEqual(object.flags, [...full, "internal"]);
    assert.deepEqual([object.uid, object.gid, object.mode], [0, 0, 0o600]);
    assert.deepEqual(object.details, { readers: 1, writers: 1, packets: false });
  }
});

const packets = `
r, w = os.pipe2(os.O_DIRECT)
for i in range(3): os.write(w, b"abc")
ready(r, w); forever()
`;

test("snapshot() tells a pipe of packets", settings, async () => {
  const { peer, words } = await startPython(packets);
  await using _ = peer;
  const { object } = await see(pipeAt(peer.pid, Number(words[0])));
  assert.equal(object.details["packets"], true);
  assert.deepEqual(object.used, { bytes: 9 });
});

const severalWriters = `
r, w = os.pipe()
def write():
    os.close(r); os.write(w, b"x" * 70000)
def idle():
    os.close(w); forever()
writers = [child(write) for i in range(3)]
reader = child(idle)
os.close(r); os.close(w)
ready(reader, *writers); forever()
`;

test("snapshot() sees who is blocked in writing, and whom that waits for", settings, async () => {
  const { peer, words } = await startPython(severalWriters);
  await using _ = peer;
  const [reader = 0, ...writers] = words.map(Number);
  const seen = await seeWaits(pipeAt(reader, 3), 3);
  assert.deepEqual(ends(seen), [`${reader} read`, ...writers.map((pid) => `${pid} write`)].sort());
  for (const wait of seen.waits) {
    const text = "room for 70000 bytes";
    assert.deepEqual(wordsOf(wait), ["write", "write", { bytes: 70000 }, text]);
    assert.ok(writers.includes(wait.pid));
  }
  assert.deepEqual(seen.object.flags, ["full"]);
  const [finding] = seen.findings;
  assert.equal(finding?.rule, "pipe-full-reader-elsewhere");
  assert.match(finding.text.join("\n"), /Only python3 \(\d+\) can read, and is blocked in .*sleep/);
});

const lonely = `
r, w = os.pipe()
os.write(w, b"left")
os.close(r if sys.argv[1] == "write" else w)
ready(w if sys.argv[1] == "write" else r); forever()
`;

test("snapshot() has the kernel's word for an end that is open nowhere", settings, async () => {
  for (const [end, flag] of [
    ["write", "no-reader"],
    ["read", "no-writer"],
  ] as const) {
    const { peer, words } = await startPython(lonely, [end]);
    await using _ = peer;
    const { object } = await see(pipeAt(peer.pid, Number(words[0])));
    assert.deepEqual(object.flags, [flag]);
    assert.equal(object.unknown["holders"], undefined);
    assert.deepEqual(object.used, { bytes: 4 });
  }
});

const inFlight = `
r, w = os.pipe()
a, b = socket.socketpair()
socket.send_fds(a, [b"x"], [r])
os.close(r)
ready(w); forever()
`;

test("snapshot() claims no end missing that is on its way in a message", settings, async () => {
  const { peer, words } = await startPython(inFlight);
  await using _ = peer;
  const { object } = await see(pipeAt(peer.pid, Number(words[0])));
  assert.deepEqual(object.flags, []);
  assert.equal(object.unknown["holders"], "who reads is not seen");
});

const forgotten = `
r, w = os.pipe()
def read(): os.read(r, 1)
one = child(read)
if sys.argv[1] == "two": child(read)
os.close(r); os.close(w)
ready(one); forever()
`;

test("snapshot() finds who holds the only end that it waits for", settings, async () => {
  for (const [count, itself] of [
    ["one", /^=> it waits for itself/],
    ["two", /^=> they wait for each other/],
  ] as const) {
    const { peer, words } = await startPython(forgotten, [count]);
    await using _ = peer;
    const seen = await seeWaits(pipeAt(Number(words[0]), 3), count === "one" ? 1 : 2);
    const [finding] = seen.findings;
    assert.equal(finding?.rule, "reader-holds-the-only-write-end");
    assert.equal(finding.severity, "error");
    assert.match(finding.text.at(-1) ?? "", itself);
    assert.ok(seen.object.flags.includes("stuck"));
  }
});

const remembered = `
r, w = os.pipe()
def read():
    os.close(w); os.read(r, 1)
def threads():
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    os.read(r, 1)
ready(child(read if sys.argv[1] == "closed" else threads)); 
if sys.argv[1] != "closed": os.close(w)
forever()
`;

test("snapshot() finds nothing where somebody else can write", settings, async () => {
  for (const way of ["closed", "threads"]) {
    const { peer, words } = await startPython(remembered, [way]);
    await using _ = peer;
    const seen = await seeWaits(pipeAt(Number(words[0]), 3));
    assert.deepEqual(seen.findings, []);
  }
});

const selfFull = `
r, w = os.pipe()
def write(): os.write(w, b"x" * 100000)
one = child(write)
os.close(r); os.close(w)
ready(one); forever()
`;

test("snapshot() finds who fills a pipe that it alone can read", settings, async () => {
  const { peer, words } = await startPython(selfFull);
  await using _ = peer;
  const seen = await seeWaits(pipeAt(Number(words[0]), 4));
  assert.equal(seen.findings[0]?.rule, "writer-holds-the-only-read-end");
  assert.deepEqual(seen.object.flags, ["full", "internal", "stuck"]);
});

/** What a process does with an empty pipe (r), a full one (f), one with bytes (s) and one with room (e). */
const waiting: Readonly<Record<string, readonly [body: string, ...wait: unknown[]]>> = {
  poll: ["p = select.poll(); p.register(r, 1); p.poll()", "read", "poll", {}],
  select: ["select.select([r], [], [])", "read", "pselect6", {}],
  readv: ["os.readv(r, [bytearray(4)])", "read", "readv", {}],
  splice: ["os.splice(r, e, 100)", "read", "splice", {}],
  tee: ["libc.tee(r, e, 100, 0)", "read", "tee", {}],
  writev: ["os.writev(f, [b'x' * 9])", "write", "writev", {}],
  "poll for room": ["p = select.poll(); p.register(f, 4); p.poll()", "write", "poll", {}],
  vmsplice: [
    "b = ctypes.create_string_buffer(8)\n" +
      "libc.vmsplice(f, struct.pack('PN', ctypes.addressof(b), 8), 1, 0)",
    "write",
    "vmsplice",
    {},
  ],
  "splice for room": ["os.splice(s, f, 77)", "write", "splice", { bytes: 77 }],
  "tee for room": ["libc.tee(s, f, 78, 0)", "write", "tee", { bytes: 78 }],
};

const fourPipes = `
r, w = os.pipe()
g, f = os.pipe(); os.write(f, b"x" * 65536)
s, t = os.pipe(); os.write(t, b"x" * 100)
d, e = os.pipe()
ready(child(lambda: exec(sys.argv[1], globals())), r, f); forever()
`;

for (const [name, [body, ...expected]] of Object.entries(waiting)) {
  test(`snapshot() sees who waits in ${name}`, settings, async () => {
    const { peer, words } = await startPython(fourPipes, [body]);
    await using _ = peer;
    const [one = 0, r = 0, f = 0] = words.map(Number);
    const seen = await seeWaits(pipeAt(one, expected[0] === "read" ? r : f));
    const mine = seen.all.waits.filter((wait) => wait.pid === one);
    assert.deepEqual(
      mine.map(wordsOf).map((said) => said.slice(0, 3)),
      [expected],
    );
    assert.equal(mine[0]?.isOneOf, undefined);
  });
}
