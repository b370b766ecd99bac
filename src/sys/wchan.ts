/** Where in the kernel a thread sleeps: /proc/PID/task/TID/wchan, proc_pid_wchan(5). */
import { readFileSync } from "node:fs";

/**
 * The name of the kernel's function; undefined for who is not asleep, or may not be looked at. The
 * names change from kernel to kernel: a hint, where nothing else says more.
 */
export function wchan(pid: number, tid: number): string | undefined {
  try {
    const name = readFileSync(`/proc/${pid}/task/${tid}/wchan`, "latin1");
    return name === "0" || name === "" ? undefined : name;
  } catch {
    return undefined;
  }
}
