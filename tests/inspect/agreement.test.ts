/**
 * On a quiet machine what a snapshot shows is what the programs of others show: lsof(8), lsfd(1), ss(8),
 * lslocks(8) and /proc/sysvipc. The machine is that of the zoo, where everything stands still.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Snapshot, snapshot } from "linux-ipc/inspect";
import { compiled } from "../harness/compiled.ts";
import { ask, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";

/** The snapshot of a zoo that stands still, and who lives in it. */
interface Zoo {
  readonly state: Snapshot;
  readonly pids: ReadonlySet<number>;
}

async function zooOf(scene: TestScene): Promise<Zoo> {
  const program = await compiled(scene, "tests/inspect/zoo/zoo.c");
  const cwd = mkdtempSync(join(tmpdir(), "linux-ipc-zoo-"));
  scene.after(() => rmSync(cwd, { recursive: true }));
  const peer = await startPeer(program, [], { cwd });
  scene.after(async () => {
    peer.end();
    await peer.ended();
  });
  while ((await peer.line()) !== "open");
  const state = await snapshot();
  const pids = new Set([peer.pid]);
  // Parents stand before their children: pids are given in order.
  for (const { pid, ppid } of state.processes) if (pids.has(ppid)) pids.add(pid);
  assert.ok(pids.size > 50);
  return { state, pids };
}

/** "PID FD" of every descriptor of these kinds that somebody of the zoo has, in order. */
function descriptorsOf({ state, pids }: Zoo, kinds: readonly string[]): string[] {
  const wanted = new Set(kinds);
  return state.holds
    .filter(({ pid, how, object }) => {
      return pids.has(pid) && how === "descriptor" && wanted.has(kindOf(object));
    })
    .map(({ pid, fd }) => `${pid} ${fd}`)
    .sort();
}

function kindOf(address: string): string {
  return address.slice(0, address.indexOf(":"));
}

/** What lsof calls them, and what we do. */
const types: readonly (readonly [type: string, ...kinds: string[]])[] = [
  ["FIFO", "pipe", "fifo"],
  ["unix", "unix"],
  ["IPv4", "tcp", "udp"],
  ["netlink", "netlink"],
  [
    "a_inode",
    ...["eventfd", "epoll", "timerfd", "signalfd", "inotify", "fanotify", "io-uring", "pidfd"],
  ],
];

test("snapshot() agrees with lsof on every descriptor of the zoo that is IPC", {
  needs: ["gcc", "isolated", "lsof"],
}, async (scene) => {
  const zoo = await zooOf(scene);
  const listed = await ask("lsof", ["-n", "-P", "-F", "pft"], { timeoutMs: 60_000 });
  const theirs: { readonly place: string; readonly type: string }[] = [];
  let pid = 0;
  let fd = "";
  for (const line of listed.split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) pid = Number(value);
    if (line.startsWith("f")) fd = value;
    const isOurs = zoo.pids.has(pid) && /^\d+$/.test(fd);
    if (line.startsWith("t") && isOurs) theirs.push({ place: `${pid} ${fd}`, type: value });
  }
  for (const [type, ...kinds] of types) {
    const places = theirs.filter((one) => one.type === type).map(({ place }) => place);
    assert.ok(places.length > 0, type);
    assert.deepEqual(descriptorsOf(zoo, kinds), places.sort(), type);
  }
});

test("snapshot() agrees with lsfd on who has which pipe", {
  needs: ["gcc", "isolated", "lsfd"],
}, async (scene) => {
  const zoo = await zooOf(scene);
  const listed = await ask("lsfd", ["-n", "-r", "-o", "PID,ASSOC,TYPE,INODE,SOURCE"]);
  const theirs = [...listed.matchAll(/^(\d+) (\d+) FIFO (\d+) pipefs$/gm)]
    .filter(([, pid]) => zoo.pids.has(Number(pid)))
    .map(([, pid, fd, inode]) => `${pid} ${fd} pipe:${inode}`);
  const ours = zoo.state.holds
    .filter(({ pid, object }) => zoo.pids.has(pid) && object.startsWith("pipe:"))
    .map(({ pid, fd, object }) => `${pid} ${fd} ${object}`);
  assert.ok(ours.length > 0);
  assert.deepEqual(ours.sort(), theirs.sort());
});

test("snapshot() agrees with ss on the pairs of Unix sockets", {
  needs: ["gcc", "isolated"],
}, async (scene) => {
  const { state } = await zooOf(scene);
  // Type, state, two queues, then twice an address ("*" for none) and an inode.
  const listed = await ask("ss", ["-x", "-H", "-n", "state", "connected"]);
  const pairs = new Set<string>();
  for (const line of listed.split("\n")) {
    const [, , , , , inode, , peer] = line.trim().split(/\s+/);
    if (Number(inode) > 0 && Number(peer) > 0) pairs.add([inode, peer].sort().join(" "));
  }
  const inodeOf = (address: string): string => {
    const object = state.objects.find((one) => one.address === address);
    return String(object?.details["inode"] ?? address.slice("unix:".length));
  };
  const ours = state.links
    .filter(({ from, direction }) => from.startsWith("unix:") && direction === "both")
    .map(({ from, to }) => [inodeOf(from), inodeOf(to)].sort().join(" "));
  assert.ok(ours.length >= 3);
  for (const pair of ours) assert.ok(pairs.has(pair), pair);
});

test("snapshot() agrees with lslocks on who has a lock and who waits for one", {
  needs: ["gcc", "isolated", "util-linux"],
}, async (scene) => {
  const { state } = await zooOf(scene);
  const columns = "PID,MODE,BLOCKER";
  const listed = await ask("lslocks", ["--noheadings", "-r", "-o", columns]);
  // An open file description's lock belongs to no process: lslocks says -1 there.
  const rows = listed.split("\n").map((line) => line.split(" "));
  const waiting = rows.filter(([pid, mode = ""]) => Number(pid) > 0 && mode.endsWith("*"));
  const ours = state.waits
    .filter(({ operation }) => operation === "lock")
    .flatMap(({ pid, owners = [] }) => owners.map((owner) => `${pid} ${owner.pid}`));
  assert.equal(waiting.length, 2);
  for (const [pid, , blocker] of waiting)
    assert.ok(ours.includes(`${pid} ${blocker}`), ours.join());
});

test("snapshot() agrees with /proc/sysvipc", { needs: ["gcc", "isolated"] }, async (scene) => {
  const { state } = await zooOf(scene);
  const rows = (name: string): string[][] => {
    const lines = readFileSync(`/proc/sysvipc/${name}`, "utf8").trim().split("\n").slice(1);
    return lines.map((line) => line.trim().split(/\s+/));
  };
  const ours = (kind: string): Snapshot["objects"] =>
    state.objects.filter((object) => object.kind === kind);
  assert.deepEqual(
    ours("msg").map(({ address, used }) => [address, used["bytes"], used["messages"]]),
    rows("msg").map(([, id, , bytes, messages]) => [`msg:${id}`, Number(bytes), Number(messages)]),
  );
  assert.deepEqual(
    ours("sem").map(({ address, used }) => [address, used["semaphores"]]),
    rows("sem").map(([, id, , count]) => [`sem:${id}`, Number(count)]),
  );
});
