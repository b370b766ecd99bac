/** Objects of every kind and in every state, for ipcs to show. */
import {
  SysvMessageQueue,
  type SysvOperation,
  SysvSemaphoreSet,
  SysvSharedMemory,
} from "linux-ipc";
import { until } from "../harness/deadline.ts";
import { ask } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

const nobody = 65534;
const unknown = 54321;
/** Users that every Debian has; "systemd-network" would be too long for a table. */
const owners = [0, 1, 33, nobody, unknown, 2 ** 32 - 2];
const modes = [0, 0o1, 0o7, 0o400, 0o444, 0o600, 0o644, 0o666, 0o755, 0o777];

/** Makes them, one segment with so many bytes, and removes them when the test ends. */
export async function richObjects(
  scene: TestScene,
  mostBytes: bigint = 2n ** 62n + 4097n,
): Promise<void> {
  makeQueues(scene);
  makeSegments(scene);
  await makeHugeSegment(scene, mostBytes);
  await makeSets(scene);
}

/** Each mode and each owner is there; every second has a key. */
function* looks(): Generator<{ key: number; mode: number; uid: number; gid: number }> {
  for (const [index, mode] of modes.entries()) {
    const uid = owners[index % owners.length] ?? 0;
    const gid = owners[(index + 3) % owners.length] ?? 0;
    yield { key: index % 2 === 0 ? 0 : 0xc0ffee00 + index, mode, uid, gid };
  }
}

function makeQueues(scene: TestScene): void {
  for (const { key, mode, uid, gid } of looks()) {
    const queue = kept(scene, SysvMessageQueue.open(key, { create: true, mode: 0o600 }));
    for (let count = 0; count < mode % 10; count++) queue.sendSync(1, "x".repeat(count * 300));
    if (mode % 4 === 0 && mode % 10 > 1) queue.receiveSync();
    queue.set({ uid, gid, mode, maxBytes: 16384 - mode });
  }
}

function makeSegments(scene: TestScene): void {
  for (const { key, mode, uid, gid } of looks()) {
    const options = { create: true, sizeBytes: 1 + mode ** 3, noReserve: true };
    const segment = kept(scene, SysvSharedMemory.open(key, options));
    if (mode % 3 === 0) segment.lock();
    for (let count = 0; count < mode % 5; count++) {
      const memory = segment.attach();
      if (count % 2 === 0) memory.close();
      else scene.after(() => memory.close());
    }
    segment.set({ uid, gid, mode });
    if (mode % 5 > 2) segment.remove();
  }
}

/** Longer than a number of JavaScript's holds exactly, which the kernel makes if nothing is reserved. */
async function makeHugeSegment(scene: TestScene, sizeBytes: bigint): Promise<void> {
  const made = await ask("ipcmk", ["-M", String(sizeBytes), "-p", "10600"]);
  kept(scene, SysvSharedMemory.byId(Number(/\d+$/.exec(made)?.[0])));
}

async function makeSets(scene: TestScene): Promise<void> {
  for (const { key, mode, uid, gid } of looks()) {
    const set = kept(scene, SysvSemaphoreSet.open(key, { create: true, count: 1 + (mode % 70) }));
    if (mode % 3 === 0) set.setAll(Array.from({ length: set.count }, (_, index) => index * 7));
    if (mode % 4 === 0) set.post(0);
    await waiting(scene, set, { index: set.count - 1, by: -30_000 });
    if (mode % 4 === 0) await waiting(scene, set, { index: 0, by: 0 });
    set.set({ uid, gid, mode });
  }
}

/** Waits on the set until the test ends. */
async function waiting(
  scene: TestScene,
  set: SysvSemaphoreSet,
  operation: SysvOperation,
): Promise<void> {
  const end = new AbortController();
  const ended = set.operate([operation], { signal: end.signal }).catch(() => undefined);
  scene.after(async () => {
    end.abort();
    await ended;
  });
  await until("a waiter", () => {
    const { increase, zero } = set.waiters(operation.index);
    return increase + zero > 0;
  });
}

interface Removable {
  remove(): void;
  close(): void;
}

/** Removed when the test ends, if it still is there. */
function kept<Made extends Removable>(scene: TestScene, made: Made): Made {
  scene.after(() => {
    try {
      made.remove();
    } catch (error) {
      if ((error as { code?: string }).code !== "EIDRM") throw error;
    }
    made.close();
  });
  return made;
}
