/** Makes every call of the room once or more, for a witness to look at. */
import {
  listSysvSemaphoreSets,
  PhpSemaphore,
  SysvSemaphoreSet,
  sysvSemaphoreLimits,
} from "linux-ipc/semaphore";

const key = 0x5a17_0002;
SysvSemaphoreSet.open(key, { create: true, exclusive: true, mode: 0o640, count: 3 }).close();
SysvSemaphoreSet.open(key, { create: true, count: 2 }).close();
using set = SysvSemaphoreSet.open(key);
using _other = SysvSemaphoreSet.byId(set.id);

set.setAll([1, 0, 5]);
set.setValue(1, 7);
set.value(1);
set.values();
set.lastPid(1);
set.waiters(1);
set.tryAcquire(0)?.release();
set.tryAcquire(1, { by: 2, undo: true })?.release();
set.acquireSync(2, { by: 3, timeoutMs: 1_000 });
set.post(2, 4, { undo: true });
set.tryWaitForZero(0);
const operations = [
  { index: 0, by: -1, undo: true },
  { index: 1, by: 2, noWait: true },
  { index: 2, by: 0, undo: true, noWait: true },
];
set.tryOperate(operations);
set.operateSync([
  { index: 0, by: -1, undo: true },
  { index: 2, by: -6, noWait: true },
  { index: 2, by: 0, undo: true, noWait: true },
]);
const waiting = set.acquire(0, { by: 32_767, undo: true, timeoutMs: 10_000 });
set.setValue(0, 32_767);
await waiting;
set.set({ mode: 0o600 });
set.stat();
sysvSemaphoreLimits();
listSysvSemaphoreSets();
set.remove();

using first = SysvSemaphoreSet.open(key, { create: true, mode: 0o040, initial: [3, 0, 4] });
SysvSemaphoreSet.open(key, { create: true, initial: [3, 0, 4] }).remove();
first.close();

using php = PhpSemaphore.open(key, { maxAcquire: 2 });
php.tryAcquire()?.release();
php.acquireSync();
php.close();
SysvSemaphoreSet.open(key).remove();
