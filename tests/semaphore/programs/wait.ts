/**
 * Waits on the set of an id, in a process (`wait ID KIND`) or in a worker; when the wait is over it
 * prints or posts how: the code of the error, or "done". A process told so on its standard input
 * exits with code 7 while it waits.
 */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { type WaitName, waits } from "../waits.ts";

interface Task {
  readonly id: number;
  readonly kind: WaitName;
}

async function main({ id, kind }: Task): Promise<void> {
  using set = SysvSemaphoreSet.byId(id);
  await waits[kind].begin(set);
}

function tell(how: string): void {
  if (isMainThread) console.log(how);
  else parentPort?.postMessage(how);
}

const task: Task = isMainThread
  ? { id: Number(process.argv[2]), kind: process.argv[3] as WaitName }
  : (workerData as Task);
if (isMainThread) process.stdin.once("data", () => process.exit(7)).unref?.();
main(task).then(
  () => tell("done"),
  (error: NodeJS.ErrnoException) => tell(error.code ?? error.message),
);
