/** A pipe or a FIFO as the schema has it, as far as the two are alike. */
import { O_DIRECT, type PipeFill } from "../../sys/pipe-fill.ts";
import type { ObjectRecord } from "../schema.ts";
import type { DescriptorWait } from "./descriptor-waits.ts";
import type { PipeState } from "./pipe-state.ts";
import type { PipeUse } from "./pipe-use.ts";
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
  const { hasReader, hasWriter, isInternal } = facts.state;
  const flags: string[] = [];
  if (isFull(facts)) flags.push("full");
  if (hasReader === false) flags.push("no-reader");
  if (hasWriter === false) flags.push("no-writer");
  if (isInternal) flags.push("internal");
  if (stuck) flags.push("stuck");
  return flags;
}

/** How much is in it. */
export function pipeUsed({ fill }: PipeState): ObjectRecord["used"] {
  return fill === undefined ? {} : { bytes: fill.usedBytes };
}

/** How much may be in it. */
export function pipeLimit({ fill }: PipeState): ObjectRecord["limit"] {
  return fill === undefined ? {} : { bytes: fill.capacityBytes };
}

/** What is not known, and why. */
export function pipeUnknown({ state }: PipeFacts): Record<string, string> {
  const { refused, readers, writers, fill } = state;
  const unknown: Record<string, string> = {};
  if (refused !== undefined) {
    const why = refused === "ENOENT" ? "nobody is seen to have it open" : refused;
    for (const field of ["used", "limit", "packets"]) unknown[field] = why;
  } else if (!knowsPackets(fill)) {
    unknown["packets"] = "no end for writing is seen";
  }
  const unseen: string[] = [];
  if (readers.length === 0 && state.hasReader !== false) unseen.push("reads");
  if (writers.length === 0 && state.hasWriter !== false) unseen.push("writes");
  if (unseen.length > 0) unknown["holders"] = `who ${unseen.join(" and ")} is not seen`;
  return unknown;
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
