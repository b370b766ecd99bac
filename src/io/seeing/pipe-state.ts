/**
 * How full pipes and FIFOs are, and which of their ends are open anywhere. The kernel is asked about
 * all of them in one batch (src/sys/pipe-fill.ts), through a descriptor of somebody who has one open.
 */
import { nameOf } from "../../sys/errno.ts";
import { type PipeAsked, type PipeFill, POLLERR, POLLHUP, pipeFills } from "../../sys/pipe-fill.ts";
import type { Gap } from "../schema.ts";
import type { Held } from "./descriptors.ts";
import { lockWatch } from "./pipe-lock.ts";
import { endsOf, type PipeEnds, type PipeUse } from "./pipe-use.ts";

/** What the kernel said of one pipe. */
export interface PipeState {
  readonly fill: PipeFill | undefined;
  /** Why it is not known: the name of an errno, or "locked" (pipe-lock.ts); else undefined. */
  readonly refused: string | undefined;
  /** Whether that end is open anywhere, seen or not; undefined where that is not known. */
  readonly hasReader: boolean | undefined;
  readonly hasWriter: boolean | undefined;
  /** The processes that are seen to have that end open. */
  readonly readers: readonly number[];
  readonly writers: readonly number[];
  /** True where one process alone is seen to have it open, at both ends. */
  readonly isInternal: boolean;
}

/** So many of those who have a pipe are asked for it, where others refuse. */
const ROUNDS = 4;

/** A question with what is known of its answer. */
interface Question {
  readonly use: PipeUse;
  readonly ends: PipeEnds;
  readonly locked: boolean;
  /** Which of the holders to ask next: first who writes, since a packet is made at that end. */
  next: number;
  answer: PipeFill | number;
}

/** Nobody has it open, so that nobody can be asked. */
const ENOENT = -2;
/** Without the right to trace that process. */
const EPERM = -1;

/** Who asked fell asleep over it. */
const ETIMEDOUT = -110;

/** The states in the order of the uses. */
export function pipeStates(uses: readonly PipeUse[]): readonly PipeState[] {
  const isLocked = lockWatch();
  const questions = uses.map((use): Question => {
    const ends = endsOf(use);
    return { use, ends, locked: isLocked(use.waits), next: ends.first, answer: ENOENT };
  });
  askAll(questions.filter(({ locked }) => !locked));
  return questions.map(stateOf);
}

function askAll(questions: readonly Question[]): void {
  const refusing = new Set<number>();
  let open = questions;
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    const asked: Question[] = [];
    const requests: PipeAsked[] = [];
    for (const question of open) {
      const held = nextOf(question, refusing);
      if (held === undefined) continue;
      asked.push(question);
      requests.push(requestOf(question, held));
    }
    const answers = pipeFills(requests);
    for (const [index, question] of asked.entries()) {
      question.answer = answers[index] ?? ENOENT;
      if (question.answer === EPERM) refusing.add(requests[index]?.pid ?? 0);
    }
    open = asked.filter(({ answer }) => typeof answer === "number" && answer !== ETIMEDOUT);
  }
}

/** Round the holders; who refused once is not asked again. */
function nextOf(question: Question, refusing: ReadonlySet<number>): Held | undefined {
  const { holders } = question.use;
  for (let passed = 0; passed < holders.length; passed++) {
    const held = holders[question.next % holders.length];
    question.next++;
    if (held !== undefined && !refusing.has(held.process.pid)) return held;
  }
  return undefined;
}

function requestOf({ use, ends }: Question, { process, descriptor }: Held): PipeAsked {
  const { inode, device } = use;
  const asksEnds = ends.readers.length === 0 || ends.writers.length === 0;
  return { pid: process.pid, fd: descriptor.fd, inode, device, ends: asksEnds };
}

function stateOf({ use, ends, locked, answer }: Question): PipeState {
  const { readers, writers, isInternal } = ends;
  const reads = readers.length > 0;
  const writes = writers.length > 0;
  if (typeof answer === "number") {
    const refused = locked || answer === ETIMEDOUT ? "locked" : (nameOf(answer) ?? String(answer));
    const known = { hasReader: reads || undefined, hasWriter: writes || undefined };
    return { fill: undefined, refused, ...known, readers, writers, isInternal };
  }
  const { events } = answer;
  // A FIFO that had no writer yet does not hang up either.
  const silent = use.device === null ? true : undefined;
  const hasReader = reads || (events & POLLERR) === 0;
  const hasWriter = writes || ((events & POLLHUP) === 0 ? silent : false);
  return { fill: answer, refused: undefined, hasReader, hasWriter, readers, writers, isInternal };
}

/** What passes: it ended, or was closed, while we looked. */
const passing: ReadonlySet<string> = new Set(["ESRCH", "EBADF", "ESTALE", "ENOENT"]);

/** One gap a reason, however many pipes it concerns; `what` is "pipe" or "FIFO". */
export function pipeGaps(states: readonly PipeState[], what: string): Gap[] {
  const counts = new Map<string, number>();
  for (const { refused } of states) {
    if (refused === undefined || passing.has(refused)) continue;
    counts.set(refused, (counts.get(refused) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => {
    const objects = count === 1 ? `1 ${what} is` : `${count} ${what}s are`;
    return { what: `${what}s`, reason, count, text: `How full ${objects} ${wayOut(reason)}.` };
  });
}

function wayOut(reason: string): string {
  if (reason === "locked") return "cannot be asked while a thread keeps the kernel's lock of it";
  return `could not be asked (${reason}); run as root`;
}
