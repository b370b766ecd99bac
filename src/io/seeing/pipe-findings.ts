/** What follows from who holds a pipe and from who waits on it, in plain words. */
import type { View } from "../room.ts";
import type { Finding } from "../schema.ts";
import { named, theFirst } from "../sentences.ts";
import { isStillThere } from "./blocked.ts";
import type { DescriptorWait } from "./descriptor-waits.ts";
import { doing, isBusy } from "./pipe-doing.ts";
import { isFull, type PipeFacts } from "./pipe-record.ts";
import type { PipeEnd } from "./pipe-use.ts";
import { isHeldUp, needsRoom } from "./pipe-waits.ts";

/** At most one finding a pipe: the strongest that holds. */
export function pipeFinding(view: View, facts: PipeFacts): Finding | undefined {
  if (facts.waits.length === 0) return undefined;
  const held = facts.waits.filter(isHeldUp);
  const finding = findingOf(view, facts, held);
  if (finding === undefined) return undefined;
  // Looking again costs: only where there is something to say.
  return findingOf(view, facts, stillThere(view, held));
}

/** Of thousands who wait at one pipe a few tell whether it moves. */
const LOOKED_AT_AGAIN_MAX = 64;

function stillThere(view: View, held: readonly DescriptorWait[]): readonly DescriptorWait[] {
  const [first, others] = [held.slice(0, LOOKED_AT_AGAIN_MAX), held.slice(LOOKED_AT_AGAIN_MAX)];
  return [...first.filter((wait) => isStillThere(view, wait)), ...others];
}

function findingOf(
  view: View,
  facts: PipeFacts,
  held: readonly DescriptorWait[],
): Finding | undefined {
  const writers = held.filter(needsRoom);
  const readers = held.filter((wait) => !needsRoom(wait));
  // A FIFO may be opened by others at any time, and many open it for both on purpose.
  const isClosed = facts.use.device === null;
  if (isClosed && areAlone(view, readers, facts.state.writers)) {
    return waitsForItself(view, facts, { waits: readers, end: "write" });
  }
  if (isClosed && areAlone(view, writers, facts.state.readers)) {
    return waitsForItself(view, facts, { waits: writers, end: "read" });
  }
  return writers.length > 0 && isFull(facts) ? full(view, facts, writers) : undefined;
}

/** True where all who could help have every thread of theirs among those who wait. */
function areAlone(
  { processes: { processes } }: View,
  waits: readonly DescriptorWait[],
  helpers: readonly number[],
): boolean {
  if (waits.length === 0 || helpers.length === 0) return false;
  const threads = new Map<number, number>();
  for (const { process } of waits) threads.set(process.pid, (threads.get(process.pid) ?? 0) + 1);
  return helpers.every((pid) => {
    const all = processes.get(pid)?.threads.length ?? Number.POSITIVE_INFINITY;
    return (threads.get(pid) ?? 0) >= all;
  });
}

interface Alone {
  readonly waits: readonly DescriptorWait[];
  /** The end that only those who wait have open. */
  readonly end: PipeEnd;
}

/** The end that was not closed after fork(2): the other side cannot be missed. */
function waitsForItself(view: View, facts: PipeFacts, { waits, end }: Alone): Finding {
  const helpers = end === "write" ? facts.state.writers : facts.state.readers;
  const [one] = helpers;
  const only = helpers.length === 1 && one !== undefined;
  const who = only
    ? named(view.processes.processes, one)
    : `those who wait, ${helpers.length} of them`;
  const ends = `Nobody but ${who} is seen to have the end open that one ${end}s.`;
  const itself = only ? "it waits for itself" : "they wait for each other";
  const rule =
    end === "write" ? "reader-holds-the-only-write-end" : "writer-holds-the-only-read-end";
  const text = [stateOf(facts), ...blockedText(view, waits), ends, ...unseen(view)];
  const out = `=> ${itself}, unless a signal handler ${end}s; that end should have been closed.`;
  return { ...about(facts, waits), rule, severity: "error", text: [...text, out] };
}

function full(view: View, facts: PipeFacts, writers: readonly DescriptorWait[]): Finding {
  const { readers } = facts.state;
  const busy = readers.length === 0 || readers.some((pid) => isBusy(view, pid));
  const rule = busy ? "pipe-full" : "pipe-full-reader-elsewhere";
  const severity = busy ? "info" : "warning";
  const text = [stateOf(facts), ...blockedText(view, writers), ...readersText(view, readers)];
  return { ...about(facts, writers), rule, severity, text: [...text, conclusion(readers, busy)] };
}

function conclusion(readers: readonly number[], busy: boolean): string {
  if (readers.length === 0) return "=> whoever reads is not seen.";
  if (busy) return "=> what reads is slower than what writes.";
  return "=> nothing is read as long as that lasts.";
}

function readersText(view: View, readers: readonly number[]): readonly string[] {
  const { processes } = view.processes;
  if (readers.length === 0) return ["Nobody is seen to have the end for reading open."];
  const only = readers.length === 1 ? "Only " : "";
  return theFirst(
    readers.map((pid) => `${only}${named(processes, pid)} can read, and ${doing(view, pid)}.`),
  );
}

function blockedText(view: View, waits: readonly DescriptorWait[]): readonly string[] {
  const { processes } = view.processes;
  return theFirst(
    waits.map(
      ({ process, call }) => `${named(processes, process.pid)} is blocked in ${call.name}.`,
    ),
  );
}

/** "pipe:42 is full: 65536 of 65536 bytes." */
function stateOf(facts: PipeFacts): string {
  const { address } = facts.use;
  const { fill } = facts.state;
  const state = isFull(facts) ? "full" : fill?.usedBytes === 0 ? "empty" : "open";
  if (fill === undefined) return `${address} is ${state}.`;
  return `${address} is ${state}: ${fill.usedBytes} of ${fill.capacityBytes} bytes.`;
}

/** Others may have the end that nobody is seen to have. */
function unseen({ processes: { processes } }: View): string[] {
  const closed = [...processes.values()].filter(({ descriptors }) => descriptors === undefined);
  if (closed.length === 0) return [];
  const many = closed.length === 1 ? "1 process" : `${closed.length} processes`;
  return [`What ${many} ${closed.length === 1 ? "has" : "have"} open could not be read.`];
}

function about(
  { use }: PipeFacts,
  waits: readonly DescriptorWait[],
): Pick<Finding, "objects" | "processes"> {
  return {
    objects: [use.address],
    processes: [...new Set(waits.map(({ process }) => process.pid))],
  };
}
