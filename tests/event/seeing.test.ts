/** Shows that events of programs in C and python are seen: what they are, who holds them, who waits. */
import assert from "node:assert/strict";
import { snapshot } from "linux-ipc/inspect";
import { python, runs } from "../harness/needs.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { blockedIn } from "./blocked-in.ts";
import { behind, startEvents, waitsOf } from "./scene.ts";

const source = "tests/event/peers/events.c";
const inC = { needs: ["gcc"] } as const;

/** What is seen of the peer that does this, when it is blocked there. */
async function seenIn(scene: TestScene, what: string, ...calls: readonly string[]) {
  const { peer, numbers } = await startEvents(scene, source, what);
  const [fd = -1] = numbers;
  await blockedIn(peer.pid, ...calls);
  const seen = await snapshot();
  const object = behind(seen, peer.pid, fd);
  const waits = waitsOf(seen, peer.pid);
  return { peer, numbers, seen, object, waits, wait: waits[0] };
}

test("snapshot() sees a reader of an eventfd whose count is 0", inC, async (scene) => {
  const { object, wait, peer, numbers } = await seenIn(scene, "eventfd-read", "read");
  assert.match(object.address, /^eventfd:\d+$/);
  assert.deepEqual(object.aliases, [`eventfd:${peer.pid}/${numbers[0]}`]);
  assert.deepEqual([object.used["count"], object.details["count"]], [0, 0n]);
  assert.deepEqual([wait?.object, wait?.operation], [object.address, "read"]);
  assert.equal(wait?.text, "a count above 0");
});

test("snapshot() sees a writer of a full eventfd, and that it is full", inC, async (scene) => {
  const { object, wait } = await seenIn(scene, "eventfd-write", "write");
  assert.deepEqual(object.flags, ["full"]);
  assert.equal(object.details["count"], 2n ** 64n - 2n);
  assert.deepEqual(object.used, object.limit);
  assert.deepEqual([wait?.object, wait?.operation], [object.address, "write"]);
});

test("snapshot() sees poll(2) on an eventfd in both directions", inC, async (scene) => {
  const reader = await seenIn(scene, "eventfd-poll-in", "poll", "ppoll");
  assert.equal(reader.wait?.operation, "read");
  assert.equal(reader.object.details["semaphore"], true);
  const writer = await seenIn(scene, "eventfd-poll-out", "poll", "ppoll");
  assert.equal(writer.wait?.operation, "write");
  assert.deepEqual(writer.object.flags, ["full"]);
});

test("snapshot() sees select(2) as a wait for one of several eventfds", inC, async (scene) => {
  const { peer, numbers, seen, waits } = await seenIn(
    scene,
    "eventfd-select",
    "select",
    "pselect6",
  );
  const wanted = numbers.slice(0, 2).map((fd) => behind(seen, peer.pid, fd).address);
  assert.deepEqual(waits.map((one) => one.object).sort(), wanted.sort());
  assert.ok(waits.every((one) => one.isOneOf === true && one.isTimed === undefined));
});

test("snapshot() sees what an epoll instance watches, and who waits for it", inC, async (scene) => {
  const all = await seenIn(scene, "epoll-wait", "epoll_wait", "epoll_pwait");
  const { object, wait, numbers, peer, seen } = all;
  const [fd, counter = -1, end = -1] = numbers;
  assert.equal(object.address, `epoll:${peer.pid}/${fd}`);
  assert.equal(wait?.text, "an event on 2 descriptors");
  assert.equal(wait?.isTimed, undefined);
  const links = seen.links.filter(({ from }) => from === object.address);
  const pipe = /^pipe:\d+$/;
  assert.equal(links.length, 2);
  assert.ok(links.some(({ to }) => to === behind(seen, peer.pid, counter).address));
  assert.ok(links.some(({ to }) => pipe.test(to)));
  const targets = object.details["targets"] as readonly Record<string, unknown>[];
  const watched = targets.find((target) => target["fd"] === end);
  assert.deepEqual(watched?.["events"], ["EPOLLIN", "EPOLLERR", "EPOLLHUP", "EPOLLET"]);
  assert.match(String(watched?.["open"]), /^pipe:\[\d+\]$/);
});

test("snapshot() sees that a wait of epoll ends by itself", inC, async (scene) => {
  const { wait } = await seenIn(scene, "epoll-timed", "epoll_wait", "epoll_pwait");
  assert.equal(wait?.isTimed, true);
});

test("snapshot() finds a wait for an epoll instance that watches nothing", inC, async (scene) => {
  const { seen, object, peer } = await seenIn(scene, "epoll-empty", "epoll_wait", "epoll_pwait");
  const finding = seen.findings.find(({ objects }) => objects.includes(object.address));
  assert.deepEqual([finding?.rule, finding?.severity], ["epoll-watches-nothing", "warning"]);
  assert.deepEqual(finding?.processes, [peer.pid]);
  assert.match(finding?.text.at(-1) ?? "", /^=> only a signal/);
});

test("snapshot() sees when a timer expires, and who waits for that", inC, async (scene) => {
  const { object, wait } = await seenIn(scene, "timerfd-read", "read");
  const { clock, expiresInMs, intervalMs } = object.details;
  assert.deepEqual([clock, intervalMs], ["monotonic", 5]);
  assert.ok(Number(expiresInMs) > 3_000_000 && Number(expiresInMs) <= 3_600_000);
  assert.equal(wait?.isTimed, true);
  assert.match(wait?.text ?? "", /^its next expiration in \d+ ms$/);
});

test("snapshot() sees a wait for a timer that is not armed", inC, async (scene) => {
  const { object, wait } = await seenIn(scene, "timerfd-idle", "read");
  assert.deepEqual([object.details["expiresInMs"], wait?.isTimed], [null, undefined]);
  assert.equal(object.unknown["expiresInMs"], "it is not armed");
});

test("snapshot() names the signals of a signalfd and of who reads it", inC, async (scene) => {
  const { object, wait } = await seenIn(scene, "signalfd-read", "read");
  assert.deepEqual(object.details["signals"], ["SIGUSR1", "SIGRTMIN+3"]);
  assert.match(wait?.text ?? "", /^a signal to events \(\d+\): SIGUSR1, SIGRTMIN\+3$/);
});

test("snapshot() sees a wait for a completion of io_uring", inC, async (scene) => {
  const { peer, numbers } = await startEvents(scene, source, "io_uring-wait");
  const [fd = -1] = numbers;
  if (fd < 0) return scene.diagnostic("this kernel or its settings refuse io_uring");
  await blockedIn(peer.pid, "io_uring_enter");
  const seen = await snapshot();
  const object = behind(seen, peer.pid, fd);
  assert.match(object.address, /^io-uring:\d+/);
  assert.deepEqual(object.limit, { submissions: 8, completions: 16 });
  assert.equal(waitsOf(seen, peer.pid)[0]?.text, "a completion");
});

test("snapshot() shows what was inherited once, and what was opened twice as two", {
  needs: ["gcc"],
}, async (scene) => {
  const { peer, numbers } = await startEvents(scene, source, "inherited");
  const child = numbers.at(-1) ?? -1;
  const [eventfd = -1, epoll = -1, timer = -1, signal = -1, inotify = -1] = numbers;
  const [copy = -1, again = -1] = numbers.slice(5);
  await blockedIn(child, "pause");
  const seen = await snapshot();
  for (const fd of [timer, signal, inotify, again]) {
    const object = behind(seen, peer.pid, fd);
    assert.equal(behind(seen, child, fd).address, object.address);
    assert.equal(object.unknown["holders"], undefined);
  }
  const object = behind(seen, peer.pid, epoll);
  const holds = seen.holds.filter((one) => one.object === object.address);
  const held = holds.map(({ pid, fd }) => [pid, fd]);
  const copies = [peer.pid, child].flatMap((pid) => [epoll, copy].map((fd) => [pid, fd]));
  assert.deepEqual(held, [...copies, [child, 90]]);
  assert.equal(object.aliases.length, 4);
  // The child has closed the eventfd's number, and has it again of its own epoll instance.
  const own = behind(seen, child, eventfd);
  assert.deepEqual([own.address, own.aliases], [`epoll:${child}/${eventfd}`, []]);
  assert.notEqual(behind(seen, peer.pid, again).address, object.address);
});

/** An eventfd and an epoll instance that watches it, both shared with a child. */
const forked = `
import os, select
fd = os.eventfd(5, os.EFD_SEMAPHORE)
epoll = select.epoll()
epoll.register(fd, select.EPOLLIN)
child = os.fork()
if child == 0: os.read(0, 1); os._exit(0)
print(fd, epoll.fileno(), child, flush=True)
os.read(0, 1)`;

test("snapshot() sees python's eventfd shared by a fork as one", {
  needs: ["python"],
}, async () => {
  await using peer = await startPeer(python, ["-c", forked]);
  const [fd = -1, epoll = -1, child = -1] = (await peer.line()).split(" ").map(Number);
  const seen = await snapshot();
  const object = behind(seen, peer.pid, fd);
  assert.deepEqual([object.used["count"], object.details["semaphore"]], [5, true]);
  for (const one of [fd, epoll]) {
    assert.equal(behind(seen, child, one).address, behind(seen, peer.pid, one).address);
  }
  peer.end();
  await peer.ended();
});

test("snapshot() agrees with lsof on numbers and on what epoll watches", {
  needs: ["python"],
}, async (scene) => {
  const missing = runs("lsof", ["-v"]);
  if (missing !== undefined) return scene.diagnostic(missing);
  await using peer = await startPeer(python, ["-c", forked]);
  const [fd = -1, epoll = -1] = (await peer.line()).split(" ").map(Number);
  const names = await ask("lsof", ["-n", "-p", String(peer.pid), "-F", "fn"]);
  const seen = await snapshot();
  const id = behind(seen, peer.pid, fd).details["id"];
  const targets = behind(seen, peer.pid, epoll).details["targets"] as readonly { fd: number }[];
  const watched = targets.map((target) => target.fd).join(",");
  assert.ok(names.includes(`f${fd}\nn[eventfd:${id}]`), names);
  assert.ok(names.includes(`f${epoll}\nn[eventpoll:${watched}]`), names);
  peer.end();
  await peer.ended();
});

test("snapshot() shows an ordinary user what he shares with himself", {
  needs: ["python", "setuid"],
}, async () => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;
  await using peer = await startPeer(nobody[0], [...nobody.slice(1), python, "-c", forked]);
  const [fd = -1, epoll = -1, child = -1] = (await peer.line()).split(" ").map(Number);
  const seen = await snapshotThrough(...nobody);
  for (const one of [fd, epoll]) {
    const { address, unknown } = behind(seen, peer.pid, one);
    assert.equal(behind(seen, child, one).address, address);
    assert.equal(unknown["holders"], undefined);
  }
  peer.end();
  await peer.ended();
});
