/** A worker that makes a queue, waits on it in both ways until its time is up, and removes it. */
import { isMainThread, parentPort } from "node:worker_threads";
import { SysvMessageQueue } from "linux-ipc/message-queue";

const timeoutMs = 5;

/** The codes of both ends. */
async function waitTwice(): Promise<string[]> {
  using queue = SysvMessageQueue.open(0);
  try {
    return [
      await codeOf(() => queue.receive({ timeoutMs })),
      await codeOf(() => queue.receiveSync({ timeoutMs })),
    ];
  } finally {
    queue.remove();
  }
}

async function codeOf(wait: () => unknown): Promise<string> {
  try {
    await wait();
    return "received";
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

if (!isMainThread) void waitTwice().then((codes) => parentPort?.postMessage(codes));
