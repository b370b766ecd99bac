/** What a process is doing instead of what others wait for, in words. */
import type { Process } from "../../wire/proc/process-table.ts";
import { nameSyscall } from "../../wire/proc/syscall-numbers.ts";
import type { View } from "../room.ts";
import { descriptorWaits } from "./descriptor-waits.ts";
import { oncePerView } from "./once.ts";

/** More calls of one process than these are not named. */
const CALLS_MAX = 3;

/** True for a process that runs, or of which that is not known. */
export function isBusy(view: View, pid: number): boolean {
  const process = view.processes.processes.get(pid);
  if (process === undefined) return true;
  return !isStopped(process) && process.threads.some(({ syscall }) => syscall === undefined);
}

/** Stands behind its name: "is blocked in futex", "is stopped by a signal". */
export function doing(view: View, pid: number): string {
  const process = view.processes.processes.get(pid);
  if (process === undefined) return "is not seen";
  if (isStopped(process)) return "is stopped by a signal";
  if (process.failures.some(({ what }) => what === "syscall"))
    return "what it does is not readable";
  if (isBusy(view, pid)) return "is running";
  const calls = new Set(process.threads.map(({ tid }) => places(view).get(tid) ?? "a system call"));
  const named = [...calls].slice(0, CALLS_MAX).join(", ");
  return `is blocked in ${named}${calls.size > CALLS_MAX ? ", …" : ""}`;
}

function isStopped({ state }: Process): boolean {
  return state === "T" || state === "t";
}

/** By thread: the call it is in, and the pipe where it is one that it waits on. */
const places = oncePerView((view) => {
  const calls = new Map<number, string>();
  for (const { threads } of view.processes.processes.values()) {
    for (const { tid, syscall } of threads) {
      if (syscall === undefined) continue;
      calls.set(tid, nameSyscall(process.arch, syscall)?.name ?? `call ${syscall.number}`);
    }
  }
  for (const { tid, call, descriptor, isOneOf } of descriptorWaits(view, "pipe")) {
    if (!isOneOf) calls.set(tid, `${call.name} on pipe:${descriptor.inode}`);
  }
  return calls;
});
