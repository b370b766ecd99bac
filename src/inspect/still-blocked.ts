/** Whether a thread still is where the walk found it, when something was read of it since. */
import { readFileSync } from "node:fs";
import type { BlockedSyscall } from "../wire/proc/process-table.ts";
import { decodeSyscall } from "../wire/proc/syscall.ts";

/** True while the thread is blocked in the same call with the same arguments, at the same place. */
export function isStillBlocked(pid: number, tid: number, call: BlockedSyscall): boolean {
  const now = callOf(pid, tid);
  if (now?.state !== "syscall" || now.number !== call.number) return false;
  const isSame = now.arguments.every((value, index) => value === call.arguments[index]);
  return isSame && now.stackPointer === call.stackPointer;
}

/** Undefined where it has ended, or may not be looked at any more. */
function callOf(pid: number, tid: number): ReturnType<typeof decodeSyscall> {
  try {
    return decodeSyscall(readFileSync(`/proc/${pid}/task/${tid}/syscall`, "latin1"));
  } catch {
    return undefined;
  }
}
