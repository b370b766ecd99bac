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

/** The processes that have that end open; each once. */
export function pidsAt({ holders }: PipeUse, end: PipeEnd): number[] {
  const pids: number[] = [];
  for (const { process, descriptor } of holders) {
    if (descriptor.access !== end && descriptor.access !== "read-write") continue;
    if (pids.at(-1) !== process.pid) pids.push(process.pid);
  }
  return pids;
}

/** True where nobody but one process is seen to have it open, at both ends. */
export function isInternal(use: PipeUse): boolean {
  const first = use.holders[0]?.process;
  if (first === undefined || use.holders.some(({ process }) => process !== first)) return false;
  return pidsAt(use, "read").length > 0 && pidsAt(use, "write").length > 0;
}
