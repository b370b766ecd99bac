/**
 * Takes from semaphore 0 of a set with undo, in a way: `holder ID WAY`; prints "held" when it has it
 * and what took it has ended, then stays until it is killed or its input ends.
 *   plain            the main thread takes it
 *   worker           a worker takes it, and is terminated
 *   worker-ends      a worker takes it, and ends by itself
 *   engine           a thread of the wait engine takes it, and ends as the handle is closed
 *   after-namespace  the same after a thread of the engine has been in another namespace
 *   child            the main thread takes it, and a child comes and goes
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { listSysvMessageQueuesIn } from "linux-ipc/message-queue";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";

export type Way = "plain" | "worker" | "worker-ends" | "engine" | "after-namespace" | "child";

const [id, way] = isMainThread
  ? [Number(process.argv[2]), process.argv[3] as Way]
  : (workerData as [number, Way]);

function take(): void {
  using set = SysvSemaphoreSet.byId(id);
  set.acquireSync(0, { undo: true });
}

async function inWorker(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: [id, way] });
  const ended = once(worker, "exit");
  await once(worker, "message");
  if (way === "worker") await worker.terminate();
  await ended;
}

/** The thread has to wait for it: what is there at once is taken by the calling thread. */
async function onEngine(): Promise<void> {
  const set = SysvSemaphoreSet.byId(id);
  const waiting = set.acquire(0, { by: 1, undo: true });
  console.log("waiting");
  await waiting;
  set.close();
  while (engineThreads() > 0) await new Promise(setImmediate);
}

function engineThreads(): number {
  return readdirSync("/proc/self/task").filter((tid) => nameOf(tid) === "ipc-wait").length;
}

/** Empty when it has just ended. */
function nameOf(tid: string): string {
  try {
    return readFileSync(`/proc/self/task/${tid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

async function main(): Promise<void> {
  if (way === "after-namespace") await listSysvMessageQueuesIn(process.pid);
  if (way.startsWith("worker")) await inWorker();
  else if (way === "plain" || way === "child") take();
  else await onEngine();
  if (way === "child") spawnSync("true");
  console.log("held");
  process.stdin.resume();
}

if (isMainThread) {
  await main();
} else {
  take();
  parentPort?.postMessage("taken");
  if (way === "worker") setInterval(() => undefined, 1_000);
}
