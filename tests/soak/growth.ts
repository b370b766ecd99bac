/** How much each of many operations leaves behind, in bytes: what a leak shows first. */
import { readFileSync } from "node:fs";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Memory of this process, in bytes. */
export interface Memory {
  /** JavaScript's objects. */
  readonly heap: number;
  /** What malloc has taken for the main thread: the only memory that the addon takes there. */
  readonly allocated: number;
  /** All that is resident and not V8's heap, whose free pages come and go by the megabyte. */
  readonly native: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Looks when all that can go is gone: finalizers run in turns of the loop after a collection. */
export async function memory(): Promise<Memory> {
  for (let time = 0; time < 4; time++) {
    collect();
    await new Promise(setImmediate);
  }
  const { used_heap_size: heap, total_physical_size: physical } = getHeapStatistics();
  return { heap, native: process.memoryUsage.rss() - physical, allocated: residentHeap() };
}

/** The resident part of the C library's heap; proc_pid_smaps(5). */
function residentHeap(): number {
  const [, kibibytes] = /\[heap\]\n(?:.*\n)*?Rss: +(\d+) kB/.exec(smaps()) ?? [];
  if (kibibytes === undefined) throw new Error("Cannot see the C library's heap in smaps");
  return Number(kibibytes) * 1024;
}

function smaps(): string {
  return readFileSync("/proc/self/smaps", "utf8");
}

const parts = 8;

/**
 * Does the work `count` times, in eight parts, having done a quarter as much before, and gives what
 * an operation left: the middle level of the last four parts less that of the first four. One look
 * at resident memory is wrong by half a megabyte; the middle of four hardly is.
 */
export async function growthOf(
  count: number,
  work: (count: number) => Promise<void>,
): Promise<Memory> {
  await work(Math.ceil(count / 4));
  const each = Math.ceil(count / parts);
  const levels: Memory[] = [];
  for (let part = 0; part < parts; part++) {
    await work(each);
    levels.push(await memory());
  }
  const distance = each * (parts / 2);
  const slope = (of: keyof Memory): number => {
    const [first, last] = [levels.slice(0, parts / 2), levels.slice(parts / 2)];
    return (
      (middle(last.map((level) => level[of])) - middle(first.map((level) => level[of]))) / distance
    );
  };
  return { heap: slope("heap"), allocated: slope("allocated"), native: slope("native") };
}

/** The mean of the middle two of four, or the middle one of an odd number. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, two) => one - two);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
}
