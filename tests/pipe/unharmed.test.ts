/** Looking at pipes changes nothing, never hangs, and says what it may not see. */
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { snapshot } from "linux-ipc/inspect";
import { until } from "../harness/deadline.ts";
import { scaled } from "../harness/scale.ts";
import { test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { pipeAt, see, seeWaits, startPython } from "./seeing.ts";

const settings = { needs: ["python", "isolated"] } as const;

const brokenPipes = `
signal_was = __import__("signal").signal(13, __import__("signal").SIG_IGN)
for line in sys.stdin:
    r, w = os.pipe()
    def read(): os.close(w); forever()
    def write():
        os.close(r)
        try:
            while True: os.write(w, b"x" * 4096)
        except BrokenPipeError: os._exit(3)
    reader, writer = child(read), child(write)
    os.close(r); os.close(w)
    ready(reader, writer)
    sys.stdin.readline()
    os.kill(reader, 9); os.waitpid(reader, 0)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1]), flush=True)
`;

test("snapshot() keeps no writer from its EPIPE, however often it looks", settings, async () => {
  const { peer } = await startPython(`ready()\n${brokenPipes}`);
  await using _ = peer;
  for (let round = 0; round < scaled(200); round++) {
    peer.say("begin");
    const [, reader, writer] = (await peer.line()).split(" ").map(Number);
    const address = pipeAt(reader ?? 0, 3);
    await seeWaits(address);
    peer.say("kill");
    let said = "";
    const ended = peer.line().then((line) => {
      said = line;
    });
    while (said === "") {
      await snapshot({ kinds: ["pipe"] });
      await turn();
    }
    await ended;
    assert.equal(said, "ended 3", `writer ${writer}`);
  }
});

const untouched = `
r, w = os.pipe()
os.write(w, b"x" * 65536)
ready(r, w)
sys.stdin.readline()
p = select.poll(); p.register(w, select.POLLOUT)
print("ready", len(p.poll(0)), len(os.read(r, 100000)), flush=True)
forever()
`;

test("snapshot() leaves a full pipe as it was", settings, async () => {
  const { peer, words } = await startPython(untouched);
  await using _ = peer;
  const address = pipeAt(peer.pid, Number(words[0]));
  for (let i = 0; i < 20; i++) assert.deepEqual((await see(address)).object.used, { bytes: 65536 });
  peer.say("look");
  assert.equal(await peer.line(), "ready 0 65536");
});

const lockedBySplice = `
r, w = os.pipe()
a, b = socket.socketpair()
one = child(lambda: os.splice(a.fileno(), w, 100))
ready(one, w); sys.stdin.readline()
b.send(b"hello"); os.waitpid(one, 0); print("done", flush=True); forever()
`;

test("snapshot() leaves a pipe alone whose lock a splice(2) keeps", settings, async () => {
  const { peer, words } = await startPython(lockedBySplice);
  await using _ = peer;
  const [one = 0, w = 0] = words.map(Number);
  const address = pipeAt(one, w);
  await until("splice(2) to keep the lock", async () => {
    const { object } = await see(address);
    return object.unknown["used"] === "locked";
  });
  const { object, waits, all } = await see(address);
  assert.deepEqual([object.used, object.limit, waits], [{}, {}, []]);
  const gap = all.gaps.find(({ reason }) => reason === "locked");
  assert.deepEqual([gap?.what, gap?.count], ["pipes", 1]);
  peer.say("go on");
  assert.equal(await peer.line(), "done");
  assert.deepEqual((await see(address)).object.used, { bytes: 5 });
});

const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

const dumpable = `
if sys.argv[1] == "nobody": os.setgid(65534); os.setuid(65534)
libc.prctl(4, 1 if sys.argv[2] == "open" else 0)
r, w = os.pipe(); os.write(w, b"abc")
ready(r); forever()
`;

test("snapshot() by an ordinary user says what of a pipe he may not see", {
  needs: ["python", "isolated", "setuid"],
}, async () => {
  const open = await startPython(dumpable, ["nobody", "open"]);
  await using theirs = open.peer;
  const closed = await startPython(dumpable, ["nobody", "closed"]);
  await using _ = closed.peer;
  const address = pipeAt(theirs.pid, Number(open.words[0]));
  const hidden = pipeAt(closed.peer.pid, Number(closed.words[0]));
  const seen = await snapshotThrough(...asNobody);
  const addresses = seen.objects.map((object) => object.address);
  assert.ok(addresses.includes(address));
  assert.ok(!addresses.includes(hidden), "what is not dumpable shows no descriptors");
  assert.ok(seen.gaps.some(({ what }) => what === "descriptors"));
  const byRoot = await see(hidden);
  assert.deepEqual(byRoot.object.used, { bytes: 3 });
});

const inherited = `
pipes = [os.pipe(), os.pipe()]
for _ in range(300): child(forever)
ready(*pipes[0]); forever()
`;

test("snapshot() of two pipes in 300 processes has no pairs", settings, async () => {
  const { peer, words } = await startPython(inherited);
  await using _ = peer;
  const { object, holds, all } = await see(pipeAt(peer.pid, Number(words[0])));
  assert.equal(holds.length, 2 * 301);
  assert.deepEqual([object.details["readers"], object.details["writers"]], [301, 301]);
  assert.deepEqual(all.links, []);
  const theirs = all.holds.filter(({ pid }) => holds.some((hold) => hold.pid === pid));
  assert.ok(new Set(theirs.map((hold) => hold.object)).size <= 6);
});
