/** Who has a pipe open, for which end, and who waits on it: the same of pipes and of FIFOs. */
import type { DescriptorWait } from "./descriptor-waits.ts";
import type { Held } from "./descriptors.ts";

/** One pipe as the walk shows it. */
export interface PipeUse {
  readonly address: string;
  readonly inode: number | bigint;
  /** The device of a FIFO; null for a pipe without a name. */
  readonly device: { readonly major: number; readonly minor: number } | null;
  /** Those of one process one behind the other. */
  readonly holders: readonly Held[];
  readonly waits: readonly DescriptorWait[];
}

/** An end of a pipe. */
export type PipeEnd = "read" | "write";

/** The processes that are seen to have each end open, each once. */
export interface PipeEnds {
  readonly readers: readonly number[];
  readonly writers: readonly number[];
  /** True where one process alone has it open, at both ends. */
  readonly isInternal: boolean;
  /** The first who can write; who reads alone, where there is none. */
  readonly first: number;
}

/** In one pass: there are thousands of pipes, and any may have thousands of holders. */
export function endsOf({ holders }: PipeUse): PipeEnds {
  const readers: number[] = [];
  const writers: number[] = [];
  const one = holders[0]?.process.pid;
  let alone = true;
  let first = -1;
  for (let index = 0; index < holders.length; index++) {
    const { process, descriptor } = holders[index] as Held;
    const { pid } = process;
    const { access } = descriptor;
    if (pid !== one) alone = false;
    if (access !== "write" && readers.at(-1) !== pid && access !== null) readers.push(pid);
    if (access === "read" || access === null) continue;
    if (first < 0) first = index;
    if (writers.at(-1) !== pid) writers.push(pid);
  }
  const isInternal = alone && readers.length > 0 && writers.length > 0;
  return { readers, writers, isInternal, first: Math.max(0, first) };
}
