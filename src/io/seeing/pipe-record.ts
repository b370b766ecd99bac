/** A pipe or a FIFO as the schema has it, as far as the two are alike. */
import { O_DIRECT } from "../../sys/pipe-fill.ts";
import type { ObjectRecord, Unknown } from "../schema.ts";
import type { DescriptorWait } from "./descriptor-waits.ts";
import type { PipeState } from "./pipe-state.ts";
import { isInternal, type PipeUse } from "./pipe-use.ts";
import { needsRoom } from "./pipe-waits.ts";

/** One pipe with all that is known of it. */
export interface PipeFacts {
  readonly use: PipeUse;
  readonly state: PipeState;
  /** Those that are on the pipe indeed. */
  readonly waits: readonly DescriptorWait[];
}

/** True where nothing can be written: by its bytes, or by who waits for room. */
export function isFull({ state: { fill }, waits }: PipeFacts): boolean {
  if (fill !== undefined && fill.usedBytes >= fill.capacityBytes) return true;
  return waits.some(needsRoom);
}

/** Short words: "full", "no-reader", "no-writer", "internal", "stuck". */
export function pipeFlags(facts: PipeFacts, stuck: boolean): string[] {
  const { hasReader, hasWriter } = facts.state;
  return [
    ...(isFull(facts) ? ["full"] : []),
    ...(hasReader === false ? ["no-reader"] : []),
    ...(hasWriter === false ? ["no-writer"] : []),
    ...(isInternal(facts.use) ? ["internal"] : []),
    ...(stuck ? ["stuck"] : []),
  ];
}

/** How full it is. */
export function pipeFilling({ fill }: PipeState): Pick<ObjectRecord, "used" | "limit"> {
  if (fill === undefined) return { used: {}, limit: {} };
  return { used: { bytes: fill.usedBytes }, limit: { bytes: fill.capacityBytes } };
}

/** What is not known, and why. */
export function pipeUnknown({ state }: PipeFacts): Record<string, string> & Unknown {
  const { refused, readers, writers, fill } = state;
  const unseen: string[] = [];
  if (readers.length === 0 && state.hasReader !== false) unseen.push("reads");
  if (writers.length === 0 && state.hasWriter !== false) unseen.push("writes");
  return {
    ...(refused === undefined ? {} : { used: refused, limit: refused, packets: refused }),
    ...(fill !== undefined && writers.length === 0
      ? { packets: "no end for writing is seen" }
      : {}),
    ...(unseen.length === 0 ? {} : { holders: `who ${unseen.join(" and ")} is not seen` }),
  };
}

/** How many processes have which end open, and whether each write is a packet. */
export function pipeDetails({ state: { readers, writers, fill } }: PipeFacts): {
  readonly readers: number;
  readonly writers: number;
  readonly packets: boolean | null;
} {
  // The flag is of the end for writing alone, and that is asked where there is one.
  const known = fill !== undefined && writers.length > 0;
  const packets = known ? (fill.flags & O_DIRECT) !== 0 : null;
  return { readers: readers.length, writers: writers.length, packets };
}
