// A gate that two may pass at a time, and a counter, in one set: taken and given back all at once.
import { SysvSemaphoreSet } from "linux-ipc/semaphore";

const [gate, done] = [0, 1];
const set = SysvSemaphoreSet.open(0, { create: true, initial: [2, 0] });

try {
  const first = await set.acquire(gate, { undo: true });
  const second = await set.acquire(gate, { undo: true });
  console.log("passed twice, the gate is at", set.value(gate));
  console.log("a third has to wait:", set.tryAcquire(gate) === undefined);

  const third = set.acquire(gate, { timeoutMs: 5000 });
  first.release();
  (await third).release();
  second.release();

  await set.operate([
    { index: gate, by: -1 },
    { index: done, by: 3 },
  ]);
  console.log("values", set.values());
} finally {
  set.remove();
  set.close();
}
