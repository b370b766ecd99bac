/** A worker that has a thread in an IPC namespace, its own, and tells which; it stays until it ends. */
import { openSync, readdirSync } from "node:fs";
import { isMainThread, parentPort } from "node:worker_threads";
import { CLONE_NEWIPC, enterAbroad } from "../../../src/sys/abroad.ts";
import { close } from "../../../src/sys/fd.ts";

function threads(): string[] {
  return readdirSync("/proc/self/task");
}

function stay(): void {
  const door = openSync("/proc/self/ns/ipc", "r");
  const before = new Set(threads());
  const entered = enterAbroad({ fd: door, type: CLONE_NEWIPC });
  close(door);
  const [tid] = threads().filter((thread) => !before.has(thread));
  parentPort?.on("message", () => undefined);
  parentPort?.postMessage(entered === 0 ? Number(tid) : entered);
}

if (!isMainThread) stay();
