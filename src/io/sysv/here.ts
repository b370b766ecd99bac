/** Who of a table of processes shares our IPC namespace: elsewhere the same ids name other objects. */
import type { BlockedSyscall, Process } from "../../wire/proc/process-table.ts";
import { type NamedSyscall, nameSyscall } from "../../wire/proc/syscall-numbers.ts";
import type { View } from "../room.ts";

/** The processes whose System V objects are ours. Where our own namespace is not known: all. */
export function processesHere({ processes, namespaces: { ipc } }: View): Process[] {
  const all = [...processes.processes.values()];
  if (ipc === null) return all;
  return all.filter(({ namespaces }) => namespaces.get("ipc") === ipc);
}

/** A thread that is blocked in a system call. */
export interface BlockedCall {
  readonly pid: number;
  readonly tid: number;
  readonly call: NamedSyscall;
  /** The same in numbers. */
  readonly syscall: BlockedSyscall;
}

/**
 * The threads of these processes that are blocked in one of the calls. Who was stopped there by a
 * signal waits no more: the kernel has taken him off the object's list, and the call ends with EINTR
 * when he goes on.
 */
export function blockedIn(view: View, names: readonly string[]): BlockedCall[] {
  const going = processesHere(view).filter(({ state }) => state !== "T" && state !== "t");
  return going.flatMap(({ pid, threads }) =>
    threads.flatMap(({ tid, syscall }) => {
      if (syscall === undefined) return [];
      const call = nameSyscall(process.arch, syscall);
      return call !== undefined && names.includes(call.name) ? [{ pid, tid, call, syscall }] : [];
    }),
  );
}
