/** Which processors the ends run on: unpinned figures jump between two modes and say nothing. */
import { existsSync, readFileSync } from "node:fs";
import type { Placement } from "./declaration.ts";

/** The processors of a list of the kernel's: "0-2,5" is 0, 1, 2 and 5. */
export function parseCpuList(list: string): number[] {
  const parts = list
    .trim()
    .split(",")
    .filter((part) => part !== "");
  return parts.flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The processors that this process may use. @see sched_setaffinity(2), proc(5) */
export function allowedCpus(): number[] {
  const status = readFileSync("/proc/self/status", "latin1");
  return parseCpuList(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? "0");
}

/** Two hardware threads of one core are neither `same` nor `cross`. */
function siblingsOf(cpu: number): number[] {
  const path = `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
  return existsSync(path) ? parseCpuList(readFileSync(path, "latin1")) : [cpu];
}

/**
 * The processor of the first and of the second end; undefined where this machine has no such pair.
 * The last processor comes first: the kernel tends to give its own work to the first.
 */
export function cpusFor(
  placement: Placement,
  allowed: readonly number[] = allowedCpus(),
  siblings: (cpu: number) => readonly number[] = siblingsOf,
): readonly [number, number] | undefined {
  const first = allowed.at(-1);
  if (first === undefined) return undefined;
  if (placement === "same") return [first, first];
  const taken = siblings(first);
  const second = allowed.find((cpu) => cpu !== first && !taken.includes(cpu));
  return second === undefined ? undefined : [first, second];
}
