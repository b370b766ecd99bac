/**
 * Waits where the process may not have what waiting takes: `limited timer|thread ID`. Prints the
 * code, the system call and the hint of the refusal, and then that it lives.
 */
import type { SystemError } from "linux-ipc";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";

const [what, id] = process.argv.slice(2);
using set = SysvSemaphoreSet.byId(Number(id));

async function wait(): Promise<unknown> {
  if (what === "timer") return set.acquireSync(0, { timeoutMs: 2_000 });
  if (what === "engine-timer") return await set.acquire(0, { timeoutMs: 2_000 });
  // Root is above the limit of processes, and Node needs its own threads first.
  process.setgid?.(65534);
  process.setuid?.(65534);
  return await set.acquire(0, { timeoutMs: 2_000 });
}

function tell(refusal: unknown): void {
  const { code, syscall, hint } = refusal as SystemError;
  console.log(`${code}\n${syscall}\n${hint}`);
}

try {
  await wait();
} catch (refusal) {
  tell(refusal);
}
set.post(0);
if (set.tryAcquire(0) !== undefined) console.log("alive");
