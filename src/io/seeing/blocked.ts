/** Every thread that is blocked in a system call whose name is known, by that name. */
import type { BlockedSyscall, Process } from "../../wire/proc/process-table.ts";
import { type NamedSyscall, nameSyscall } from "../../wire/proc/syscall-numbers.ts";
import { groupBy } from "../group-by.ts";
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

const byName = oncePerView((view) => {
  const going = [...view.processes.processes.values()].filter(isGoing);
  return groupBy(going.flatMap(blockedIn), ({ call }) => call.name);
});

/**
 * Who was stopped by a signal waits no more: he has left the object's list, and the call ends or
 * begins anew when he goes on.
 */
function isGoing({ state }: Process): boolean {
  return state !== "T" && state !== "t";
}

function blockedIn(process: Process): BlockedThread[] {
  return process.threads.flatMap(({ tid, syscall }) => {
    const call = syscall && nameSyscall(globalThis.process.arch, syscall);
    return call === undefined || syscall === undefined ? [] : [{ process, tid, call, syscall }];
  });
}

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
