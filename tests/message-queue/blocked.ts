/** Who is blocked on a queue, as the kernel tells: a test waits for this, and never for a time. */
import { readdirSync, readFileSync } from "node:fs";
import { decodeSyscall } from "../../src/wire/proc/syscall.ts";
import { nameSyscall } from "../../src/wire/proc/syscall-numbers.ts";
import { until } from "../harness/deadline.ts";

/** A call that may block on a queue. */
export type BlockingCall = "msgsnd" | "msgrcv";

/** How many threads of a process are blocked in this call on the queue of this id. */
export function blockedThreads(pid: number, call: BlockingCall, id: number): number {
  return tasksOf(pid).filter((task) => isBlocked(`/proc/${pid}/task/${task}/syscall`, call, id))
    .length;
}

/** Resolves when so many threads of the process are blocked there. */
export async function blocked(
  pid: number,
  call: BlockingCall,
  id: number,
  count = 1,
): Promise<void> {
  const what = `${count} of process ${pid} to block in ${call} on queue ${id}`;
  await until(what, () => blockedThreads(pid, call, id) >= count);
}

function isBlocked(file: string, call: BlockingCall, id: number): boolean {
  const seen = decodeSyscall(read(file));
  if (seen?.state !== "syscall") return false;
  const { name, arguments: given } = nameSyscall(process.arch, seen) ?? {};
  return name === call && given?.[0] === BigInt(id);
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty when the thread is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
