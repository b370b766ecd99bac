/** Shows that who waits for a process or a signal is seen, and every descriptor of a process. */
import assert from "node:assert/strict";
import { snapshot } from "linux-ipc/inspect";
import { blockedIn } from "../event/blocked-in.ts";
import { behind, type Seen, startEvents, waitsOf } from "../event/scene.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";

const source = "tests/process/peers/waiting.c";
const inC = { needs: ["gcc"] } as const;

/** What is seen of a peer that waits so, with the numbers that it printed. */
async function seenIn(scene: TestScene, how: string, ...calls: readonly string[]) {
  const { peer, numbers } = await startEvents(scene, source, how);
  await blockedIn(peer.pid, ...calls);
  const [first = -1, second = -1, fd = -1] = numbers;
  const seen = await snapshot();
  return { peer, first, second, fd, seen, waits: waitsOf(seen, peer.pid) };
}

/** What matters of waits for children. */
function about(waits: readonly Seen<"waits">[]): readonly unknown[] {
  return waits.map(({ object, operation, text, isOneOf }) => [object, operation, text, isOneOf]);
}

for (const [how, call] of [
  ["one", "wait4"],
  ["id-one", "waitid"],
  ["group", "wait4"],
  ["id-group", "waitid"],
] as const) {
  test(`snapshot() sees ${call} of the one child that ${how} names`, inC, async (scene) => {
    const { second, waits } = await seenIn(scene, how, call);
    const text = `waiting (${second}) to end`;
    assert.deepEqual(about(waits), [[`pid:${second}`, "wait", text, undefined]]);
  });
}

for (const [how, call] of [
  ["any", "wait4"],
  ["id-all", "waitid"],
] as const) {
  test(`snapshot() sees ${call} of any child as a wait for one of them`, inC, async (scene) => {
    const { first, second, waits } = await seenIn(scene, how, call);
    const children = [first, second].sort((a, b) => a - b);
    const expected = children.map((pid) => [`pid:${pid}`, "wait", `waiting (${pid}) to end`, true]);
    assert.deepEqual(about(waits), expected);
  });
}

test(
  "snapshot() sees wait4 of one's own group without the child that left it",
  inC,
  async (scene) => {
    const { first, waits } = await seenIn(scene, "own-group", "wait4");
    assert.deepEqual(about(waits), [
      [`pid:${first}`, "wait", `waiting (${first}) to end`, undefined],
    ]);
  },
);

test("snapshot() sees waitid of a descriptor as a wait for its process", inC, async (scene) => {
  const { first, waits } = await seenIn(scene, "id-pidfd", "waitid");
  assert.deepEqual(about(waits), [
    [`pid:${first}`, "wait", `waiting (${first}) to end`, undefined],
  ]);
});

test("snapshot() sees poll(2) on a pidfd, and the process behind it", inC, async (scene) => {
  const { peer, first, fd, seen, waits } = await seenIn(scene, "poll", "poll", "ppoll");
  const object = behind(seen, peer.pid, fd);
  assert.match(object.address, /^pidfd:\d+/);
  assert.deepEqual([object.details["pid"], object.details["alive"]], [first, true]);
  assert.deepEqual(about(waits), [
    [object.address, "wait", `waiting (${first}) to end`, undefined],
  ]);
});

test("snapshot() names the signals that sigtimedwait waits for", inC, async (scene) => {
  const { peer, waits } = await seenIn(scene, "signal", "rt_sigtimedwait");
  const [wait] = waits;
  assert.deepEqual([wait?.object, wait?.operation], [`pid:${peer.pid}`, "wait"]);
  assert.deepEqual([wait?.text, wait?.isTimed], ["a signal: SIGUSR1, SIGTERM", undefined]);
  const timed = await seenIn(scene, "signal-timed", "rt_sigtimedwait");
  assert.equal(timed.waits[0]?.isTimed, true);
});

test("snapshot() sees sigsuspend and pause as waits for a signal", inC, async (scene) => {
  const suspended = await seenIn(scene, "suspend", "rt_sigsuspend");
  assert.equal(suspended.waits[0]?.text, "any signal but SIGINT");
  const paused = await seenIn(scene, "pause", "pause", "rt_sigsuspend", "ppoll");
  assert.equal(paused.waits[0]?.object, `pid:${paused.peer.pid}`);
});

test("snapshot() tells a process that nobody has waited for from one that is gone", {
  needs: ["gcc"],
}, async (scene) => {
  const { peer, numbers } = await startEvents(scene, source, "zombie");
  const [dead = -1, fd = -1] = numbers;
  const before = await snapshot();
  const object = behind(before, peer.pid, fd);
  assert.deepEqual([object.flags, object.details["alive"]], [["zombie"], false]);
  const finding = before.findings.find(({ objects }) => objects.includes(object.address));
  assert.equal(finding?.rule, "process-not-waited-for");
  assert.deepEqual(finding?.processes, [peer.pid, dead]);
  peer.say("");
  assert.equal(await peer.line(), "waited");
  const after = behind(await snapshot(), peer.pid, fd);
  assert.equal(after.address, object.address);
  assert.deepEqual([after.flags, after.details["pid"]], [["dead"], null]);
});

test("snapshot() shows the same to an ordinary user of his own processes", {
  needs: ["perl", "setuid"],
}, async (scene) => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const script = "echo ready; perl -e 'sleep 1000' <&- >&- 2>&-; true";
  await using peer = await startPeer("setpriv", [...nobody.slice(1), "sh", "-c", script]);
  assert.equal(await peer.line(), "ready");
  await blockedIn(peer.pid, "wait4");
  const seen = await snapshotThrough(...nobody);
  const child = seen.processes.find(({ ppid }) => ppid === peer.pid)?.pid;
  scene.after(() => ask("kill", ["-9", String(child)]));
  assert.equal(waitsOf(seen, peer.pid)[0]?.object, `pid:${child}`);
});
