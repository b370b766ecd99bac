/**
 * Takes and gives back from a set, all with undo, as fast as it can, in one of many ways, until it
 * is killed: `holds ID SEED`. Says "ready" first. Semaphore 0 is a lock, 1 a pool of ten; it takes
 * from one of them, or from both at once, on this thread, on one of the engine, or in a worker.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { type Random, randomOf } from "../../harness/seed.ts";

const [id, seed] = isMainThread
  ? [Number(process.argv[2]), Number(process.argv[3])]
  : (workerData as [number, number]);

async function hold(set: SysvSemaphoreSet, random: Random): Promise<void> {
  const by = random.integer(1, 10);
  if (random.chance(0.3)) return await holdBoth(set, by, random);
  const index = random.integer(0, 1);
  const options = { by: index === 0 ? 1 : by, undo: true };
  using _held = random.chance(0.5)
    ? set.acquireSync(index, options)
    : await set.acquire(index, options);
  await linger(random);
}

async function holdBoth(set: SysvSemaphoreSet, by: number, random: Random): Promise<void> {
  const change = (sign: number) => [
    { index: 0, by: sign, undo: true },
    { index: 1, by: sign * by, undo: true },
  ];
  if (random.chance(0.5)) set.operateSync(change(-1));
  else await set.operate(change(-1));
  await linger(random);
  set.operateSync(change(1));
}

async function linger(random: Random): Promise<void> {
  if (random.chance(0.2)) await pause(random.integer(0, 3));
}

async function main(): Promise<void> {
  using set = SysvSemaphoreSet.byId(id);
  const random = randomOf(seed);
  if (isMainThread && random.chance(0.3)) {
    const worker = new Worker(new URL(import.meta.url), { workerData: [id, seed + 1] });
    await once(worker, "message");
  }
  if (isMainThread) console.log("ready");
  else parentPort?.postMessage("ready");
  for (;;) await hold(set, random);
}

await main();
