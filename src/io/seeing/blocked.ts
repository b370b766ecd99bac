/** Every thread that is blocked in a system call whose name is known, by that name. */
import type { BlockedSyscall, Process } from "../../wire/proc/process-table.ts";
import { type NamedSyscall, nameSyscall } from "../../wire/proc/syscall-numbers.ts";
import type { View } from "../room.ts";
import { oncePerView } from "./once.ts";

/** A blocked thread. */
export interface BlockedThread {
  readonly process: Process;
  readonly tid: number;
  readonly call: NamedSyscall;
  /** The same in numbers, for View.isBlocked(). */
  readonly syscall: BlockedSyscall;
}

/**
 * Who was stopped by a signal waits no more: he has left the object's list, and the call ends or
 * begins anew when he goes on.
 */
const byName = oncePerView((view) => {
  const names = new Map<string, BlockedThread[]>();
  for (const process of view.processes.processes.values()) {
    if (process.state === "T" || process.state === "t") continue;
    for (const { tid, syscall } of process.threads) {
      if (syscall === undefined) continue;
      const call = nameSyscall(globalThis.process.arch, syscall);
      if (call === undefined) continue;
      const thread = { process, tid, call, syscall };
      const others = names.get(call.name);
      if (others === undefined) names.set(call.name, [thread]);
      else others.push(thread);
    }
  }
  return names;
});

/** The threads blocked in that call, by the name that its manual page has. */
export function blockedThreads(view: View, name: string): readonly BlockedThread[] {
  return byName(view).get(name) ?? [];
}

/** Why no wait has a beginning. */
export const sinceUnknown = { since: "the kernel does not record when a wait began" } as const;

/** True for a thread that still is in the call in which the walk found it. */
export function isStillThere(view: View, { process, tid, syscall }: BlockedThread): boolean {
  return view.isBlocked(process.pid, tid, syscall);
}
