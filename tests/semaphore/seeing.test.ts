/** Seeing semaphores on which foreign programs wait: what each needs, and who left it like that. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findObject, leaks, snapshot, type Wait, who, why } from "linux-ipc/inspect";
import { inTree } from "../../tools/paths.ts";
import { blocked } from "../harness/blocked.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { runPeer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { blockedOperator, idleOperator, lockedPair, undo } from "./operating.ts";
import { privateSet } from "./set.ts";

const settings = { needs: ["perl", "isolated"] } as const;

const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

async function waitOf(pid: number): Promise<Wait> {
  const found = (await snapshot()).waits.filter((wait) => wait.pid === pid);
  assert.equal(found.length, 1);
  return found[0] as Wait;
}

test(
  "snapshot() decodes an array of operations from the memory of who waits",
  settings,
  async (scene) => {
    const set = privateSet(scene, 1, 0, 5);
    const operations = [
      [0, -1, undo],
      [2, 4],
      [1, -3],
    ] as const;
    const { pid } = await blockedOperator(scene, set.id, operations);
    const wait = await waitOf(pid);
    assert.deepEqual([wait.object, wait.operation, wait.tid], [`sem:${set.id}`, "operate", pid]);
    assert.match(wait.syscall, /^semop$|^semtimedop$/);
    assert.deepEqual(wait.need, {
      semaphore: 1,
      atLeast: 3,
      operations: [
        { index: 0, by: -1, undo: true },
        { index: 2, by: 4 },
        { index: 1, by: -3 },
      ],
    });
    assert.deepEqual(wait.parts, [`sem:${set.id}/1`]);
    assert.equal(wait.text, "semaphore 1 to be at least 3, for 3 operations at once");
    const object = findObject(await snapshot(), `sem:${set.id}`);
    assert.deepEqual(object?.details["values"], [1, 0, 5]);
    assert.deepEqual([object?.details["waiters"], object?.details["waitersSeen"]], [1, 1]);
    assert.equal(object?.parts?.[1]?.details["waitForIncrease"], 1);
  },
);

test(
  "snapshot() tells who waits for zero, with the lock that is made of it",
  settings,
  async (scene) => {
    const set = privateSet(scene, 1);
    const { pid } = await blockedOperator(scene, set.id, [
      [0, 0],
      [0, 1, undo],
    ]);
    const wait = await waitOf(pid);
    assert.deepEqual([wait.need["semaphore"], wait.need["equals"]], [0, 0]);
    assert.equal(wait.text, "semaphore 0 to become zero, for 2 operations at once");
    const object = findObject(await snapshot(), `sem:${set.id}`);
    assert.equal(object?.parts?.[0]?.details["waitForZero"], 1);
  },
);

const threads = `
import ctypes, sys, threading
libc = ctypes.CDLL(None)
operations = (ctypes.c_short * 3)(1, -2, 0)
def wait(): libc.semop(int(sys.argv[1]), operations, 1)
workers = [threading.Thread(target=wait, daemon=True) for _ in range(2)]
for worker in workers: worker.start()
sys.stdin.readline()
`;

test("snapshot() finds the threads of a process that wait, and not the one that does not", {
  needs: ["python", "isolated"],
}, async (scene) => {
  const set = privateSet(scene, 0, 1);
  await using peer = await startPeer(python, ["-c", threads, String(set.id)]);
  await blocked(peer.pid, "semop", set.id, 2);
  const all = (await snapshot()).waits.filter(({ pid }) => pid === peer.pid);
  const waits = all.filter(({ object }) => object === `sem:${set.id}`);
  assert.equal(waits.length, 2);
  for (const { tid, text } of waits) {
    assert.notEqual(tid, peer.pid);
    assert.equal(text, "semaphore 1 to be at least 2");
  }
});

test(
  "who() and why() of one semaphore leave out who waits for another",
  settings,
  async (scene) => {
    const set = privateSet(scene, 0, 0);
    const first = await blockedOperator(scene, set.id, [[0, -1]]);
    const second = await blockedOperator(scene, set.id, [[1, -1]]);
    const seen = await snapshot();
    const address = `sem:${set.id}`;
    const pids = (asked: string): number[] => who(seen, asked)?.waits.map(({ pid }) => pid) ?? [];
    assert.deepEqual(pids(address), [first.pid, second.pid]);
    assert.deepEqual(pids(`${address}/0`), [first.pid]);
    assert.deepEqual(pids(`${address}/1`), [second.pid]);
    assert.equal(who(seen, `${address}/2`), undefined);
    const text = why(seen, `${address}/1`)?.text ?? [];
    assert.equal(text[0], `${address}/1 is part of ${address} (System V semaphore set): value 0.`);
    assert.deepEqual(
      text.slice(1).map((line) => line.includes(`(${second.pid}) is blocked in`)),
      [true],
    );
  },
);

test("why() names the last operator of what is waited for", settings, async (scene) => {
  const set = privateSet(scene, 1);
  const owner = await idleOperator(scene, set.id, [[0, -1]]);
  const waiter = await blockedOperator(scene, set.id, [[0, -1]]);
  const seen = await snapshot();
  const roles = who(seen, `sem:${set.id}`)?.uses.map(({ pid, role }) => [pid, role]);
  assert.deepEqual(roles, [[owner.pid, "lastOperator"]]);
  const told = `(${owner.pid}) was the last operator of sem:${set.id}; it is blocked itself`;
  assert.ok(why(seen, waiter.pid)?.text.some((line) => line.includes(told)));
  assert.deepEqual(seen.findings, []);
});

test(
  "snapshot() concludes from the death of who took it last, unless it was undone",
  settings,
  async (scene) => {
    for (const flags of [0, undo]) {
      const set = privateSet(scene, 1);
      const taker = await idleOperator(scene, set.id, [[0, -1, flags]]);
      const waiter = await blockedOperator(scene, set.id, [[0, -1]]);
      taker.kill("SIGKILL");
      await taker.ended();
      if (flags === undo) {
        assert.equal((await waiter.ended()).code, 0);
        continue;
      }
      const seen = await snapshot();
      const found = seen.findings.find(({ objects }) => objects.includes(`sem:${set.id}`));
      assert.equal(found?.rule, "semaphore-taker-gone");
      assert.deepEqual(found?.processes, [waiter.pid]);
      const gone = `The last to operate on semaphore 0 was pid ${taker.pid}, which is gone.`;
      assert.ok(found?.text.includes(gone));
      assert.deepEqual(findObject(seen, `sem:${set.id}`)?.flags, ["last-gone"]);
      assert.deepEqual(leaks(seen), []);
    }
  },
);

test("snapshot() finds two that wait for each other on one set", settings, async (scene) => {
  const set = privateSet(scene, 1, 1);
  const [first, second] = await lockedPair(scene, [set.id, 0], [set.id, 1]);
  const seen = await snapshot();
  const found = seen.findings.find(({ objects }) => objects.includes(`sem:${set.id}`));
  assert.equal(found?.rule, "semaphore-deadlock");
  assert.deepEqual([...(found?.processes ?? [])].sort(), [first.pid, second.pid].sort());
  assert.deepEqual(findObject(seen, `sem:${set.id}`)?.flags, ["circle"]);
});

test("why() finds a circle over two sets", settings, async (scene) => {
  const sets = [privateSet(scene, 1), privateSet(scene, 1)] as const;
  const [first] = await lockedPair(scene, [sets[0].id, 0], [sets[1].id, 0]);
  const answer = why(await snapshot(), first.pid);
  assert.equal(answer?.cycle.length, 4);
  assert.match(answer?.text.at(-1) ?? "", /^=> a deadlock, unless another process acts on sem:/);
});

test("snapshot() as nobody shows a set whose values it may not read, and says so", {
  needs: ["perl", "isolated", "setuid", "root"],
}, async (scene) => {
  const set = privateSet(scene, 3);
  await blockedOperator(scene, set.id, [[0, 0]]);
  const seen = await snapshotThrough(...asNobody);
  const object = findObject(seen, `sem:${set.id}`);
  assert.deepEqual(object?.used, { semaphores: 1 });
  assert.equal(object?.details["values"], null);
  assert.deepEqual([object?.unknown["values"], object?.unknown["parts"]], ["EACCES", "EACCES"]);
  const gap = seen.gaps.find(({ what }) => what === "values");
  assert.deepEqual([gap?.reason, gap?.count], ["EACCES", 1]);
  assert.equal(who(seen, `sem:${set.id}/0`)?.object, object);
});

test("snapshot() counts waiters whose calls it may not read", {
  needs: ["perl", "isolated", "setuid", "root"],
}, async (scene) => {
  const set = privateSet(scene, 3);
  set.set({ mode: 0o604 });
  await blockedOperator(scene, set.id, [[0, 0]]);
  await until("a waiter", () => set.waiters(0).zero === 1);
  const seen = await snapshotThrough(...asNobody);
  const object = findObject(seen, `sem:${set.id}`);
  assert.deepEqual([object?.details["waiters"], object?.details["waitersSeen"]], [1, 0]);
  assert.ok(seen.gaps.some(({ what, count }) => what === "waiters" && count === 1));
});

test("snapshot() does not say of somebody whom /proc hides that he is gone", {
  needs: ["perl", "isolated", "setuid", "root", "namespaces"],
}, async (scene) => {
  const set = privateSet(scene, 1);
  set.set({ mode: 0o606 });
  await idleOperator(scene, set.id, [[0, -1]]);
  const waiter = await blockedOperator(scene, set.id, [[0, -1]], { through: asNobody });
  const mount = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"';
  const hiding = ["unshare", "--mount", "sh", "-c", mount, "sh"];
  const seen = await snapshotThrough(...hiding, ...asNobody);
  assert.ok(seen.gaps.some(({ reason }) => reason === "hidepid"));
  assert.ok(seen.processes.some(({ pid }) => pid === waiter.pid));
  assert.deepEqual(seen.findings, []);
});

for (const flags of [[], ["-DMULTIPLEXED"]]) {
  const way = flags.length === 0 ? "semtimedop_time64(2)" : "ipc(2)";
  test(`snapshot() decodes a 32-bit task blocked in ${way}`, { needs: ["gcc"] }, async (scene) => {
    const set = privateSet(scene, 9, 1);
    const program = await narrow(scene, [...flags, `-DID=${set.id}`]);
    if (program === undefined) return;
    await using peer = await startPeer(program);
    await until("a waiter", () => set.waiters(1).increase === 1);
    const { object, text } = await waitOf(peer.pid);
    assert.deepEqual([object, text], [`sem:${set.id}`, "semaphore 1 to be at least 3"]);
  });
}

/** A program of 32 bits; undefined where this machine has none. */
async function narrow(scene: TestScene, flags: readonly string[]): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-narrow-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "narrow");
  const form = ["-m32", "-nostdlib", "-static", "-fno-pic", "-no-pie"];
  const source = inTree("tests/semaphore/peers/narrow.c");
  const { code, stderr } = await runPeer("gcc", [...form, ...flags, "-o", program, source]);
  if (code === 0) return program;
  assert.notEqual(process.arch, "x64", stderr);
  scene.diagnostic("this machine has no 32-bit x86 tasks");
  return undefined;
}
