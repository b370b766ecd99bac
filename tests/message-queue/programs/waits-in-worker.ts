/** A worker with so many waits under way on the queue of an id, or with none; it stays until it ends. */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { SysvMessageQueue } from "linux-ipc/message-queue";

export interface WaitsInWorker {
  readonly id: number;
  readonly waits: number;
}

function begin({ id, waits }: WaitsInWorker): void {
  const queue = SysvMessageQueue.byId(id);
  for (let wait = 0; wait < waits; wait++) void queue.receive({ type: 1 });
  parentPort?.on("message", () => queue.close());
  parentPort?.postMessage("begun");
}

if (!isMainThread) begin(workerData as WaitsInWorker);
