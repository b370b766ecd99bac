/**
 * Waits where the process may not have what waiting takes: `limited timer|thread ID`. Prints the
 * code, the system call and the hint of the refusal, and then that it lives.
 */
import type { SystemError } from "linux-ipc";
import { SysvMessageQueue } from "linux-ipc/message-queue";

const [what, id] = process.argv.slice(2);
using queue = SysvMessageQueue.byId(Number(id));

async function wait(): Promise<unknown> {
  if (what === "timer") return queue.receiveSync({ timeoutMs: 2_000 });
  // Root is above the limit of processes, and Node needs its own threads first.
  process.setgid?.(65534);
  process.setuid?.(65534);
  return await queue.receive({ timeoutMs: 2_000 });
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
queue.trySend(1, "x");
if (queue.tryReceive()?.data.toString() === "x") console.log("alive");
