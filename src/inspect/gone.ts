/** Who, of those that the kernel remembers by a number alone, is there no more. */
import { isThere } from "../sys/process.ts";
import type { ProcessTable } from "../wire/proc/process-table.ts";

/**
 * Tells by a number whether its process has ended. That it is not in the table is not enough: it may
 * have begun after the walk.
 * @param everybody whether the table has everybody of this PID namespace
 */
export function goneFrom(
  { processes }: ProcessTable,
  everybody: boolean,
): (pid: number) => boolean {
  return (pid) => everybody && pid > 0 && !processes.has(pid) && !isThere(pid);
}
