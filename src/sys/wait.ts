/** The thread engine, a call a line: results are >= 0 or -errno. */
import { addon } from "./addon.ts";
import type { Region } from "./region.ts";

/** The calls that may block, by the engine's numbers (native/engines/wait.c). */
export const WAIT_MSGSND = 0;
export const WAIT_MSGRCV = 1;
/** Not a call but a look: every queue of the IPC namespace whose descriptor is the id. */
export const WAIT_LIST_QUEUES = 2;
export const WAIT_SEMOP = 3;

/** The results of finished calls: `results` holds pairs of (slot, result). */
export function waitOpen(
  results: Region,
  threadsMax: number,
  finished: (count: number) => void,
): number {
  return addon().waitOpen(results.id, threadsMax, finished);
}

/** Starts a blocking call; its slot, or -EAGAIN when `threadsMax` calls are under way. */
export function waitStart(
  operation: number,
  id: number,
  memory: Region,
  sizeBytes: number,
  flags: number,
): number {
  return addon().waitStart(operation, id, memory.id, 0, sizeBytes, flags);
}

/** Interrupts a call; its result still comes. */
export function waitCancel(slot: number): number {
  return addon().waitCancel(slot);
}

/** Whether the engine keeps the process alive. */
export function waitReference(keepsAlive: boolean): number {
  return addon().waitReference(keepsAlive ? 1 : 0);
}

/** Ends the idle threads. */
export function waitTrim(): number {
  return addon().waitTrim();
}
