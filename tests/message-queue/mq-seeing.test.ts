/** Seeing POSIX message queues that foreign programs use: contents, holders, waiters, leftovers. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { findObject, type Snapshot, snapshot, who, why } from "linux-ipc/inspect";
import { mqKind } from "../../src/mechanisms/message-queue/mq-kind.ts";
import { python } from "../harness/needs.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { forNode, snapshotThrough } from "../inspect/look.ts";
import { asleep, doing, mqPeer } from "./mq-peers.ts";

const settings = { needs: ["python", "isolated"] } as const;

function look(): Promise<Snapshot> {
  return snapshot({ kinds: ["mq"] });
}

function waitsOf(seen: Snapshot, pid: number): unknown[] {
  const waits = seen.waits.filter((wait) => wait.pid === pid);
  return waits.map(({ object, operation, syscall, text }) => [object, operation, syscall, text]);
}

function holdsOf(seen: Snapshot, address: string): unknown[] {
  const holds = seen.holds.filter(({ object }) => object === address);
  return holds.map(({ pid, mode }) => [pid, mode]);
}

test("snapshot() shows a full queue, and who waits for room in it", settings, async (scene) => {
  const sender = await mqPeer(scene, "send", "/full");
  await asleep(sender.pid);
  const mounts = readFileSync("/proc/self/mountinfo", "latin1");
  const seen = await look();
  const queue = findObject(seen, "mq:/full");
  assert.deepEqual(queue?.used, { messages: 2, bytes: 10 });
  assert.deepEqual(queue?.limit, { messages: 2 });
  assert.deepEqual([queue?.mode, queue?.uid], [0o640, process.getuid?.()]);
  assert.equal(queue?.details["messageBytesMax"], 64);
  assert.deepEqual(queue?.flags, ["full", "stuck"]);
  assert.deepEqual(waitsOf(seen, sender.pid), [
    ["mq:/full", "send", "mq_timedsend", "room for one message"],
  ]);
  assert.deepEqual(seen.waits[0]?.need, { messages: 1, bytes: 8, priority: 7 });
  assert.deepEqual(holdsOf(seen, "mq:/full"), [[sender.pid, "write"]]);
  const text = why(seen, "mq:/full")?.text.join("\n") ?? "";
  assert.match(text, /^mq:\/full is full: 2 of 2 messages, 10 bytes\.$/m);
  assert.match(text, new RegExp(`python3 \\(${sender.pid}\\) is blocked in mq_timedsend`));
  assert.match(text, /Nobody else has it open to receive\.$/m);
  assert.equal(readFileSync("/proc/self/mountinfo", "latin1"), mounts);
});

test(
  "snapshot() names who could make room, and who is told of a message",
  settings,
  async (scene) => {
    const sender = await mqPeer(scene, "send", "/slow");
    await asleep(sender.pid);
    const reader = await mqPeer(scene, "hold", "/slow");
    const told = await mqPeer(scene, "notify", "/told");
    const seen = await look();
    const finding = seen.findings.find(({ objects }) => objects.includes("mq:/slow"));
    assert.deepEqual([finding?.rule, finding?.severity], ["queue-full", "warning"]);
    assert.match(finding?.text.at(-1) ?? "", /^=> it stays full until that one receives\.$/);
    const chain = why(seen, sender.pid)?.text.join("\n") ?? "";
    assert.match(chain, new RegExp(`python3 \\(${reader.pid}\\) has it open to receive`));
    const { details } = findObject(seen, "mq:/told") ?? {};
    assert.deepEqual([details?.["notified"], details?.["notifiedSignal"]], ["signal", 10]);
    const use = who(seen, "mq:/told")?.uses.map(({ pid, role }) => [pid, role]);
    assert.deepEqual(use, [[told.pid, "subscriber"]]);
  },
);

test("snapshot() tells who waits for a message, in whatever call", settings, async (scene) => {
  const plain = await mqPeer(scene, "receive", "/empty");
  const timed = await mqPeer(scene, "timed", "/empty");
  const polling = await mqPeer(scene, "poll", "/empty");
  for (const { pid } of [plain, timed, polling]) await asleep(pid);
  const seen = await look();
  const receive = ["mq:/empty", "receive", "mq_timedreceive", "a message"];
  assert.deepEqual(waitsOf(seen, plain.pid), [receive]);
  assert.deepEqual(waitsOf(seen, timed.pid), [receive]);
  assert.equal(seen.waits.find(({ pid }) => pid === timed.pid)?.isTimed, true);
  assert.equal(seen.waits.find(({ pid }) => pid === plain.pid)?.isTimed, undefined);
  assert.deepEqual(waitsOf(seen, polling.pid), [["mq:/empty", "receive", "poll", "a message"]]);
  assert.deepEqual(findObject(seen, "mq:/empty")?.flags, []);
});

test(
  "snapshot() shows a queue that was unlinked as long as it is open",
  settings,
  async (scene) => {
    for (const other of [undefined, "/other"]) {
      // The second time another queue says which mount is that of the queues.
      if (other !== undefined) await mqPeer(scene, "hold", other);
      const peer = await mqPeer(scene, "unlinked", "/gone");
      const seen = await look();
      const hold = seen.holds.find(({ pid }) => pid === peer.pid);
      const queue = findObject(seen, hold?.object ?? "mq:0");
      assert.deepEqual(queue?.flags, ["removed"]);
      assert.match(queue?.address ?? "", /^mq:\d+$/);
      assert.equal(queue?.details["name"], "/gone");
      assert.deepEqual(queue?.used, { messages: 1, bytes: 4 });
      assert.equal(findObject(seen, "mq:/gone"), undefined);
      await peer[Symbol.asyncDispose]();
    }
  },
);

test(
  "a message that nobody is there for any more is a leak after a minute",
  settings,
  async (scene) => {
    const peer = await mqPeer(scene, "leave", "/left");
    await peer.ended();
    assert.equal((await look()).findings.length, 0);
    const now = Date.now;
    scene.after(() => {
      Date.now = now;
    });
    const rulesAfter = async (ms: number): Promise<unknown[]> => {
      Date.now = () => now() + ms;
      return (await look()).findings.map(({ rule, removal }) => [rule, removal]);
    };
    assert.deepEqual(await rulesAfter(61_000), [["mq-leaked", "likely"]]);
    assert.deepEqual(await rulesAfter(25 * 3_600_000), [["mq-leaked", "likely"]]);
    await mqPeer(scene, "notify", "/left");
    assert.deepEqual(await rulesAfter(61_000), []);
  },
);

test("a file that is called like a queue is none", settings, async (scene) => {
  await mqPeer(scene, "hold", "/same");
  const keep = "mount -t tmpfs none /mnt && cd /mnt && touch same && exec 3<same && umount -l /mnt";
  const script = `${keep} && echo && read line`;
  await using peer = await startPeer("unshare", ["--mount", "sh", "-c", script]);
  await peer.line();
  const seen = await look();
  const target = seen.holds.filter(({ pid }) => pid === peer.pid);
  assert.deepEqual(target, []);
  assert.equal(seen.holds.filter(({ object }) => object === "mq:/same").length, 1);
});

test("snapshot() agrees with the mounted file system, name by name", settings, async (scene) => {
  for (const name of ["/a", "/b c", "/ä", "/.hidden"]) await mqPeer(scene, "hold", name);
  const seen = await look();
  const list =
    "mount -t mqueue none /mnt && for f in /mnt/* /mnt/.h*; do stat -c '%i %a %n' \"$f\"; done";
  const listed = (await ask("unshare", ["--mount", "sh", "-c", list])).split("\n").sort();
  const ours = seen.objects.map(({ address, details, mode }) => {
    return `${details["inode"]} ${mode?.toString(8)} /mnt/${address.slice("mq:/".length)}`;
  });
  assert.deepEqual(ours.sort(), listed);
});

test("snapshot() keeps apart queues of one name in two namespaces", settings, async (scene) => {
  const here = await mqPeer(scene, "hold", "/jobs");
  const script = ["--ipc", python, ...doing("receive", "/jobs")];
  await using there = await startPeer("unshare", script);
  await there.line();
  await asleep(there.pid);
  const seen = await look();
  const address = `@${statSync(`/proc/${there.pid}/ns/ipc`).ino}/mq:/jobs`;
  assert.deepEqual(holdsOf(seen, "mq:/jobs"), [[here.pid, "read-write"]]);
  assert.deepEqual(holdsOf(seen, address), [[there.pid, "read"]]);
  assert.deepEqual(waitsOf(seen, there.pid), [
    [address, "receive", "mq_timedreceive", "a message"],
  ]);
  assert.deepEqual(
    seen.gaps.filter(({ text }) => text.includes("IPC namespace")),
    [],
  );
});

const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

test("without privilege and without a mount there is one gap, and what is held is shown", {
  needs: [...settings.needs, "setuid"],
}, async (scene) => {
  await mqPeer(scene, "hold", "/root-only");
  const run = [python, ...doing("receive", "/nobodys")];
  const without = ["unshare", "--mount", "sh", "-c", 'umount -l /dev/mqueue; exec "$@"', "sh"];
  await using mine = await startPeer("setpriv", [...asNobody.slice(1), ...run]);
  await mine.line();
  scene.after(() => ask(python, doing("unlink", "/nobodys")));
  await asleep(mine.pid);
  const seen = await snapshotThrough(...without, ...asNobody);
  const gaps = seen.gaps.filter(({ what }) => what === "queues");
  assert.deepEqual(
    gaps.map(({ reason, count }) => [reason, count]),
    [["EPERM", null]],
  );
  assert.match(gaps[0]?.text ?? "", /mount -t mqueue none \/dev\/mqueue\.$/);
  const queues = seen.objects.filter(({ kind }) => kind === "mq");
  assert.deepEqual(
    queues.map(({ address }) => address),
    ["mq:/nobodys"],
  );
  assert.deepEqual(holdsOf(seen, "mq:/nobodys"), [[mine.pid, "read"]]);
});

test("without privilege a mounted /dev/mqueue shows all queues, with what may be read", {
  needs: [...settings.needs, "setuid"],
}, async (scene) => {
  await mqPeer(scene, "hold", "/root-only");
  const mounted = 'mkdir -p /dev/mqueue; mount -t mqueue none /dev/mqueue; exec "$@"';
  const mount = ["unshare", "--mount", "sh", "-c", mounted, "sh"];
  const seen = await snapshotThrough(...mount, ...asNobody);
  const [queue, ...others] = seen.objects.filter(({ kind }) => kind === "mq");
  assert.deepEqual([queue?.address, queue?.mode, others.length], ["mq:/root-only", 0o640, 0]);
  assert.equal(queue?.unknown["messages"], "EACCES");
  const gaps = seen.gaps.filter(({ what }) => what === "queues");
  assert.deepEqual(
    gaps.map(({ reason, count }) => [reason, count]),
    [["EACCES", 1]],
  );
});

test("seeing leaves nothing open, and takes no message", settings, async (scene) => {
  await (await mqPeer(scene, "leave", "/left")).ended();
  const before = readdirSync("/proc/self/fd").length;
  for (let round = 0; round < 3; round++) await look();
  assert.equal(readdirSync("/proc/self/fd").length, before);
  assert.deepEqual(findObject(await look(), "mq:/left")?.used, { messages: 1, bytes: 4 });
});

test(
  "looking does not end the notification that is to come to who looks",
  settings,
  async (scene) => {
    scene.after(() => ask(python, doing("unlink", "/told")));
    const program = new URL("programs/looks-at-queues.js", import.meta.url).pathname;
    const words = [...doing("notified", "/told"), process.execPath, program];
    const told = JSON.parse(await ask(python, words, { env: forNode }));
    const look = ["nothing", true];
    assert.deepEqual(told, { looks: [look, look, look], grown: 0 });
  },
);

test(
  "snapshot() knows a queue that was opened as a file, wherever it is mounted",
  settings,
  async (scene) => {
    await mqPeer(scene, "hold", "/jobs");
    const script = "mount -t mqueue none /mnt && exec 3</mnt/jobs && echo && read line";
    await using peer = await startPeer("unshare", ["--mount", "sh", "-c", script]);
    await peer.line();
    const seen = await look();
    const holds = seen.holds.filter(({ pid }) => pid === peer.pid);
    assert.deepEqual(
      holds.map(({ object, fd, mode }) => [object, fd, mode]),
      [["mq:/jobs", 3, "read"]],
    );
  },
);

test("snapshot() is not misled by a name", settings, async (scene) => {
  for (const name of ["/x", "/x (deleted)", "/two\nlines", "/mq:0"]) {
    const { pid } = await mqPeer(scene, "hold", name);
    const seen = await look();
    assert.deepEqual(holdsOf(seen, `mq:${name}`), [[pid, "read-write"]]);
    assert.deepEqual(findObject(seen, `mq:${name}`)?.flags, []);
  }
  const named = 'name=$(printf "/a\\377b"); exec "$0" "$1" "$2" "$name"';
  const script = doing("hold", "").slice(0, -1);
  await using peer = await startPeer("sh", ["-c", named, python, ...script]);
  await peer.line();
  const seen = await look();
  const hold = seen.holds.find(({ pid }) => pid === peer.pid);
  assert.match(hold?.object ?? "", /^mq:\d+$/);
  const queue = findObject(seen, hold?.object ?? "mq:0");
  assert.deepEqual([queue?.details["name"], queue?.flags], ["/a\ufffdb", []]);
  await mqKind.remove?.run({ address: queue?.address ?? "", options: {} });
  assert.deepEqual(findObject(await look(), queue?.address ?? "")?.flags, ["removed"]);
});
