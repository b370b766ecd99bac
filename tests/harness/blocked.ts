/** Who is blocked on an object, as the kernel tells: a test waits for this, and never for a time. */
import { readdirSync, readFileSync } from "node:fs";
import { decodeSyscall } from "../../src/wire/proc/syscall.ts";
import { nameSyscall } from "../../src/wire/proc/syscall-numbers.ts";
import { until } from "./deadline.ts";

/** A call that may block on a System V object; the C library's semop is the kernel's semtimedop. */
export type BlockingCall = "msgsnd" | "msgrcv" | "semop";

/** How many threads of a process are blocked in this call on the object of this id. */
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
  const what = `${count} of process ${pid} to block in ${call} on the object ${id}`;
  await until(what, () => blockedThreads(pid, call, id) >= count);
}

function isBlocked(file: string, call: BlockingCall, id: number): boolean {
  const seen = decodeSyscall(read(file));
  if (seen?.state !== "syscall") return false;
  const { name, arguments: given } = nameSyscall(process.arch, seen) ?? {};
  const is = name === call || (call === "semop" && name === "semtimedop");
  return is && given?.[0] === BigInt(id);
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
