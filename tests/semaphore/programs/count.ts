/**
 * One of many workers that count in shared memory, not atomically, under a semaphore: it adds
 * `times` ones. Every other one blocks its thread, the rest wait asynchronously.
 */
import { workerData } from "node:worker_threads";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";

export interface Counting {
  readonly id: number;
  readonly place: number;
  readonly times: number;
  readonly counter: SharedArrayBuffer;
}

async function count({ id, place, times, counter }: Counting): Promise<void> {
  using set = SysvSemaphoreSet.byId(id);
  const words = new Int32Array(counter);
  for (let time = 0; time < times; time++) {
    using _held = place % 2 === 0 ? set.acquireSync(0) : await set.acquire(0);
    const before = words[0] ?? 0;
    // Long enough for another to come between, if it could.
    if (time % 64 === 0) await new Promise(setImmediate);
    words[0] = before + 1;
  }
}

if (workerData !== null) await count(workerData as Counting);
