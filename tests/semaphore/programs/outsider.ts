/**
 * Tries everything on somebody else's set: `outsider ID stay|drop`; with drop it becomes nobody
 * first. Prints a line for each try: what it tried, then the code and the hint of the refusal.
 */
import { SysvSemaphoreSet, setSysvSemaphoreLimits } from "linux-ipc/semaphore";

const [id, how] = process.argv.slice(2);
if (how === "drop") {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
using set = SysvSemaphoreSet.byId(Number(id));
const tries: Readonly<Record<string, () => unknown>> = {
  count: () => set.count,
  tryOperate: () => set.tryOperate([{ index: 0, by: 1 }]),
  operate: () => set.operate([{ index: 0, by: -1 }]),
  operateSync: () => set.operateSync([{ index: 0, by: 1 }]),
  acquire: () => set.acquire(0),
  acquireSync: () => set.acquireSync(0),
  post: () => set.post(0, 2),
  tryAcquire: () => set.tryAcquire(0)?.release(),
  setValue: () => set.setValue(1, 2),
  setAll: () => set.setAll([1, 2]),
  value: () => set.value(0),
  values: () => set.values(),
  lastPid: () => set.lastPid(0),
  waiters: () => set.waiters(0),
  tryWaitForZero: () => set.tryWaitForZero(0),
  waitForZero: () => set.waitForZero(0, { timeoutMs: 0 }).catch(expectTimeout),
  stat: () => set.stat(),
  set: () => set.set({ mode: 0o666 }),
  remove: () => set.remove(),
  // The same user may, whatever its namespace.
  ...(how === "drop" && { limits: () => setSysvSemaphoreLimits({ operationsMax: 400 }) }),
};

function expectTimeout(error: NodeJS.ErrnoException): void {
  if (error.code !== "ETIMEDOUT") throw error;
}

for (const [name, attempt] of Object.entries(tries)) {
  const outcome = await Promise.resolve()
    .then(attempt)
    .then(() => "allowed", describe);
  console.log(`${name} ${outcome}`);
}

function describe(error: NodeJS.ErrnoException & { readonly hint?: string }): string {
  return `${error.code} ${error.hint}`;
}
