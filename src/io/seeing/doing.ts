/** What a process is doing instead of what others wait for, in words. */
import type { Process } from "../../wire/proc/process-table.ts";
import { nameSyscall } from "../../wire/proc/syscall-numbers.ts";
import type { View } from "../room.ts";

/** What is seen of it. */
export interface Doing {
  /** True where every thread is seen to be blocked in a call. */
  readonly isBlocked: boolean;
  /** To stand behind its name: "is blocked in nanosleep", "is running", "is stopped by a signal". */
  readonly text: string;
}

/** What a process is doing, by its number. */
export function doingOf(view: View, pid: number): Doing {
  const process = view.processes.processes.get(pid);
  if (process === undefined) return { isBlocked: false, text: "is not seen" };
  const state = states[process.state];
  if (state !== undefined) return { isBlocked: false, text: state };
  const calls = callsOf(process);
  if (calls === undefined) return { isBlocked: false, text: "is sleeping" };
  const [first, ...others] = [...new Set(calls)];
  if (first === undefined) return { isBlocked: false, text: "is running" };
  const more = others.length === 0 ? "" : ` and ${others.length} other calls`;
  return { isBlocked: true, text: `is blocked in ${first}${more}` };
}

const states: Readonly<Record<string, string>> = {
  R: "is running",
  T: "is stopped by a signal",
  t: "is stopped by a debugger",
  Z: "has ended, and its parent has not waited for it",
};

/** The calls its threads are blocked in; undefined where that is not known of each. */
function callsOf({ threads }: Process): string[] | undefined {
  const calls: string[] = [];
  for (const { syscall } of threads) {
    if (syscall === undefined) return undefined;
    calls.push(nameSyscall(process.arch, syscall)?.name ?? `system call ${syscall.number}`);
  }
  return calls;
}
