/** Every FIFO that somebody has open or waits to open, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, ObjectRecord, Wait } from "../../io/schema.ts";
import { sinceUnknown } from "../../io/seeing/blocked.ts";
import { holdOf } from "../../io/seeing/descriptors.ts";
import { pipeFinding } from "../../io/seeing/pipe-findings.ts";
import {
  type PipeFacts,
  pipeDetails,
  pipeFlags,
  pipeLimit,
  pipeUnknown,
  pipeUsed,
} from "../../io/seeing/pipe-record.ts";
import { type PipeState, pipeGaps, pipeStates } from "../../io/seeing/pipe-state.ts";
import { pipeWait, waitsAt } from "../../io/seeing/pipe-waits.ts";
import { openFifos } from "./open-fifos.ts";
import { aloneFinding } from "./opening-findings.ts";
import { type Opening, openings } from "./openings.ts";
import { type FifoUse, fifoUses } from "./uses.ts";

/** One FIFO with all that is known of it. */
interface FifoFacts extends PipeFacts {
  readonly use: FifoUse;
}

/** Objects, holds, waits and findings of the kind "fifo". */
export function seeFifos(view: View): Sight {
  const open = openFifos(view);
  const opening = openings(view);
  const uses = fifoUses(view, open.found, opening.found);
  const states = pipeStates(uses);
  const all = uses.flatMap((use, index): FifoFacts | readonly FifoFacts[] => {
    const state = states[index];
    if (state === undefined) return [];
    return { use, state: withOpenings(state, use.openings), waits: waitsAt(use, state) };
  });
  const findings = all.map((facts) => pipeFinding(view, facts) ?? aloneFinding(view, facts.use));
  return {
    objects: all.map((facts, index) => objectOf(facts, findings[index])),
    holds: all.flatMap(({ use }) => use.holders.map((held) => holdOf(held, use.address))),
    waits: all.flatMap(waitsOf),
    links: [],
    findings: findings.filter((finding) => finding !== undefined),
    gaps: [...pipeGaps(states, "FIFO"), ...overlooked(open.passedOver, opening)],
  };
}

/**
 * Who opens an end counts as having it, for the kernel too; that it waits is the kernel's word that
 * nobody has the other.
 */
function withOpenings(state: PipeState, waiting: readonly Opening[]): PipeState {
  const opening = (end: Opening["end"]): number[] => {
    const threads = waiting.filter((one) => one.end === end);
    return [...new Set(threads.map(({ thread }) => thread.process.pid))];
  };
  const [reading, writing] = [opening("read"), opening("write")];
  return {
    ...state,
    readers: [...state.readers, ...reading],
    writers: [...state.writers, ...writing],
    hasReader: has(state.readers, reading) || (writing.length > 0 ? false : state.hasReader),
    hasWriter: has(state.writers, writing) || (reading.length > 0 ? false : state.hasWriter),
  };
}

function has(holding: readonly number[], opening: readonly number[]): boolean {
  return holding.length + opening.length > 0;
}

function waitsOf({ use, waits }: FifoFacts): readonly Wait[] {
  return [
    ...waits.map((wait) => pipeWait(wait, use.address)),
    ...use.openings.map((opening) => openingWait(opening, use.address)),
  ];
}

function openingWait({ thread, end }: Opening, object: string): Wait {
  return {
    pid: thread.process.pid,
    tid: thread.tid,
    object,
    operation: "open",
    syscall: thread.call.name,
    need: { end: end === "read" ? "write" : "read" },
    text: `somebody to open it for ${end === "read" ? "writing" : "reading"}`,
    unknown: sinceUnknown,
  };
}

function objectOf(facts: FifoFacts, finding: Finding | undefined): ObjectRecord {
  const { use, state } = facts;
  const { status } = use.fifo;
  return {
    address: use.address,
    aliases: use.aliases,
    kind: "fifo",
    title: "FIFO",
    namespace: null,
    uid: status.uid,
    gid: status.gid,
    mode: status.mode & 0o777,
    used: pipeUsed(state),
    limit: pipeLimit(state),
    changedAt: new Date(status.changedAtMs).toISOString(),
    flags: [
      ...pipeFlags(facts, finding?.severity === "error"),
      ...(status.links === 0 ? ["deleted"] : []),
    ],
    details: {
      ...pipeDetails(facts),
      path: use.path,
      device: `${status.major}:${status.minor}`,
      inode: status.inode,
      links: status.links,
    },
    unknown: pipeUnknown(facts),
    source: ["/proc/PID/fd", "statx(2)", "pidfd_getfd(2)", "/proc/PID/task/TID/syscall"],
  };
}

function overlooked(files: number, { nameless, passedOver }: ReturnType<typeof openings>): Gap[] {
  return [
    ...gapOf(
      "unreadable",
      nameless,
      (count, threads) =>
        `Which FIFO ${threads} open${count === 1 ? "s" : ""} could not be read; run as root.`,
    ),
    ...gapOf(
      "too-many",
      passedOver,
      (_, threads) =>
        `What ${threads} blocked in open(2) wait for was not looked at: they are too many.`,
    ),
    ...gapOf(
      "too-many",
      files,
      (count) => `Whether ${count} open files are FIFOs was not looked at: they are too many.`,
    ),
  ];
}

function gapOf(
  reason: string,
  count: number,
  text: (count: number, threads: string) => string,
): Gap[] {
  if (count === 0) return [];
  const threads = count === 1 ? "1 thread" : `${count} threads`;
  return [{ what: "FIFOs", reason, count, text: text(count, threads) }];
}
