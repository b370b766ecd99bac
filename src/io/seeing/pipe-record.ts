/** A pipe or a FIFO as the schema has it, as far as the two are alike. */
import { O_DIRECT, type PipeFill } from "../../sys/pipe-fill.ts";
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
export function pipeUnknown({ state }: PipeFacts): Unknown {
  const { refused, readers, writers, fill } = state;
  const unseen: string[] = [];
  if (readers.length === 0 && state.hasReader !== false) unseen.push("reads");
  if (writers.length === 0 && state.hasWriter !== false) unseen.push("writes");
  const why = refused === "ENOENT" ? "nobody is seen to have it open" : refused;
  return {
    ...(why === undefined ? {} : { used: why, limit: why, packets: why }),
    ...(knowsPackets(fill) || why !== undefined ? {} : { packets: "no end for writing is seen" }),
    ...(unseen.length === 0 ? {} : { holders: `who ${unseen.join(" and ")} is not seen` }),
  };
}

const O_ACCMODE = 3;

/** The flag is of the end for writing alone. */
function knowsPackets(fill: PipeFill | undefined): fill is PipeFill {
  return fill !== undefined && (fill.flags & O_ACCMODE) !== 0;
}

/** How many processes have, or open, which end, and whether each write is a packet. */
export function pipeDetails({ state: { readers, writers, fill } }: PipeFacts): {
  readonly readers: number;
  readonly writers: number;
  readonly packets: boolean | null;
} {
  const packets = knowsPackets(fill) ? (fill.flags & O_DIRECT) !== 0 : null;
  return { readers: readers.length, writers: writers.length, packets };
}
