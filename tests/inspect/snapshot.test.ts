/** Shows that a snapshot finds who is blocked and why, and owns up to what it may not see. */
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { findObject, type Snapshot, snapshot, who, why } from "linux-ipc/inspect";
import { blocked } from "../harness/blocked.ts";
import type { Peer } from "../harness/peer.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { fill, privateQueue } from "../message-queue/queue.ts";
import { lookAt, snapshotThrough } from "./look.ts";

/** A perl that is blocked in msgrcv(2) until it is killed. */
async function receiver(id: number, type: number): Promise<Peer> {
  const peer = await startPeer("perl", ["-e", `msgrcv(${id}, my $m, 99, ${type}, 0)`]);
  await blocked(peer.pid, "msgrcv", id);
  return peer;
}

test("snapshot() finds perl blocked in msgrcv(2), with all it asked for", {
  needs: ["perl"],
}, async (scene) => {
  const queue = privateQueue(scene);
  await using peer = await receiver(queue.id, 7);
  const [thread] = lookAt(peer.pid).threads;
  assert.equal(thread?.tid, peer.pid);
  const [id, , size, type, flags] = thread?.syscall?.arguments ?? [];
  // perl adds the room for the type to the size that msgrcv is given.
  assert.deepEqual([id, size, type, flags], [BigInt(queue.id), 99n, 7n, 0n]);
  const seen = await snapshot();
  const [wait] = seen.waits.filter((one) => one.pid === peer.pid);
  assert.equal(wait?.object, `msg:${queue.id}`);
  assert.deepEqual([wait?.operation, wait?.syscall], ["receive", "msgrcv"]);
  assert.equal(wait?.need["type"], 7);
});

test("why() says that the only reader of a full queue waits for another type", {
  needs: ["perl"],
}, async (scene) => {
  const queue = privateQueue(scene);
  fill(queue, 8000, 3);
  const send = `msgsnd(${queue.id}, pack("l! a*", 3, "x" x 8000), 0)`;
  await using reader = await receiver(queue.id, 7);
  await using writer = await startPeer("perl", ["-e", send]);
  await blocked(writer.pid, "msgsnd", queue.id);
  const seen = await snapshot();
  const address = `msg:${queue.id}`;
  const { text = [], blocked: isBlocked } = why(seen, address) ?? {};
  assert.equal(isBlocked, true);
  assert.match(text[0] ?? "", /^msg:\d+ is full: 16000 of 16384 bytes, 2 messages, all .*type 3/);
  assert.ok(text.some((line) => line.includes(`perl (${writer.pid})`) && /msgsnd/.test(line)));
  assert.ok(text.some((line) => line.includes(`perl (${reader.pid})`) && /type 7/.test(line)));
  assert.match(text.at(-1) ?? "", /nobody can make progress/);
  const chain = why(seen, writer.pid)?.text ?? [];
  assert.match(
    chain[0] ?? "",
    new RegExp(`^perl \\(${writer.pid}\\) is blocked in msgsnd on ${address}:`),
  );
  assert.deepEqual(
    chain.slice(1, 1 + text.length),
    text.map((line) => `  ${line}`),
  );
  const answer = who(seen, address);
  assert.deepEqual(answer?.waits.map(({ pid }) => pid).sort(), [reader.pid, writer.pid].sort());
});

test("snapshot() counts the descriptors of every process by kind", {
  needs: ["perl"],
}, async () => {
  const opener = 'pipe(my $r, my $w); $| = 1; print "ready\\n"; <STDIN>';
  await using peer = await startPeer("perl", ["-e", opener]);
  assert.equal(await peer.line(), "ready");
  const seen = await snapshot();
  const { descriptors } = seen.processes.find(({ pid }) => pid === peer.pid) ?? {};
  const counts = Object.values(descriptors ?? {});
  assert.ok((descriptors?.["pipe"] ?? 0) >= 2);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    readdirSync(`/proc/${peer.pid}/fd`).length,
  );
  assert.ok(seen.host.tookMs > 0);
});

test("snapshot() shows the kinds that are asked for, and refuses others", async (scene) => {
  const queue = privateQueue(scene);
  const seen = await snapshot({ kinds: ["msg"] });
  assert.equal(findObject(seen, `msg:${queue.id}`)?.kind, "msg");
  assert.deepEqual((await snapshot({ kinds: [] })).objects, []);
  await assert.rejects(snapshot({ kinds: ["nonsense"] }), /expected one of msg/);
});

test("snapshot() does not mistake a wait in another IPC namespace for one here", {
  needs: ["perl", "namespaces"],
}, async (scene) => {
  const queue = privateQueue(scene);
  // The first queue of a fresh namespace has an id that ours may have too.
  const script = 'my $q = msgget(0, 01600); $| = 1; print "$q\\n"; msgrcv($q, my $m, 99, 7, 0)';
  await using peer = await startPeer("unshare", ["--ipc", "perl", "-e", script]);
  const theirs = Number(await peer.line());
  await blocked(peer.pid, "msgrcv", theirs);
  const seen = await snapshot();
  assert.ok(seen.objects.some(({ address }) => address === `msg:${queue.id}`));
  const there = `@${statSync(`/proc/${peer.pid}/ns/ipc`).ino}/msg:${theirs}`;
  const waits = seen.waits.filter(({ pid }) => pid === peer.pid);
  assert.deepEqual(
    waits.map(({ object, text }) => [object, text]),
    [[there, "a message of type 7"]],
  );
  assert.deepEqual(
    seen.gaps.filter(({ reason }) => reason === "other-namespace"),
    [],
  );
});

const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** The gaps of one class; there is one a reason. */
function gapsOf(seen: Snapshot, what: string): number {
  return seen.gaps.filter((gap) => gap.what === what).length;
}

test("snapshot() as an ordinary user has gaps, no errors", {
  needs: ["perl", "setuid"],
}, async () => {
  await using peer = await startPeer("perl", ["-e", '$| = 1; print "ready\\n"; <STDIN>']);
  assert.equal(await peer.line(), "ready");
  const seen = await snapshotThrough(...nobody);
  for (const what of ["descriptors", "mappings", "waits", "namespaces"]) {
    assert.ok(gapsOf(seen, what) >= 1, what);
  }
  assert.ok(seen.gaps.some(({ text }) => text.endsWith("; run as root.")));
  const root = seen.processes.find(({ pid }) => pid === peer.pid);
  assert.equal(root?.descriptors, null);
  assert.equal(root?.comm, "perl");
  assert.equal(root?.uid, 0);
  assert.deepEqual(root?.unknown, {
    descriptors: "EACCES",
    mappings: "EACCES",
    namespaces: "EACCES",
    waits: "EACCES",
  });
});

test("snapshot() tells that /proc hides the processes of others", {
  needs: ["namespaces", "setuid"],
}, async () => {
  for (const hidepid of ["1", "2"]) {
    const mount = `mount -t proc -o hidepid=${hidepid} proc /proc && exec "$@"`;
    const inside = [
      "unshare",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "sh",
      "-c",
      mount,
      "sh",
    ];
    const seen = await snapshotThrough(...inside, ...nobody);
    assert.ok(seen.gaps.some(({ reason }) => reason === "hidepid"));
    const others = seen.processes.filter(({ uid }) => uid !== 65534);
    assert.ok(others.every(({ comm, unknown }) => comm === "" && unknown["comm"] !== undefined));
    assert.ok(seen.processes.some(({ uid }) => uid === 65534));
  }
});

test("snapshot() shows no process where /proc is of another PID namespace, and says so", {
  needs: ["namespaces"],
}, async () => {
  const program = `
    import { snapshot } from ${JSON.stringify(import.meta.resolve("linux-ipc/inspect"))};
    const { processes, gaps } = await snapshot();
    console.log(JSON.stringify([processes.length, gaps.map(({ reason }) => reason)]));
  `;
  const node = [process.execPath, "--input-type=module", "-e", program];
  const output = await ask("unshare", ["--pid", "--fork", ...node]);
  assert.deepEqual(JSON.parse(output), [0, ["other-namespace"]]);
});
