/** What the verbs that look have in common: one snapshot, JSON, and an honest word on the gaps. */
import {
  type Gap,
  type Snapshot,
  type Subject,
  snapshot,
  subjectOf,
  toJson,
  type Who,
  who,
} from "../inspect/index.ts";
import { rooms } from "../mechanisms/rooms.ts";
import type { CommonOptions } from "./command.ts";
import { narrow } from "./facts.ts";
import { failure, type Status, status } from "./failure.ts";
import { printable, printableJson } from "./printable.ts";
import { complain, print } from "./terminal.ts";

/** What a look found of the thing asked about. */
export interface Look {
  readonly state: Snapshot;
  readonly found: Who;
}

/** Looks for one object or process. @throws failures: no such thing, or not an address. */
export async function lookFor(text: string): Promise<Look> {
  const subject = subjectOf(text);
  const state = await snapshot();
  const found = who(state, text);
  if (found !== undefined) return { state, found };
  const hidden = state.gaps.find((gap) => mayHide(gap, subject));
  if (hidden !== undefined) throw failure(status.unanswered, hidden.text);
  throw absent("pid" in subject ? `process ${subject.pid}` : subject.address);
}

/** Whether it may be there all the same: a gap by a room's name says that nothing of it was shown. */
function mayHide({ what, reason }: Gap, subject: Subject): boolean {
  if ("pid" in subject) return reason === "hidepid";
  const kind = subject.address.slice(0, subject.address.indexOf(":"));
  return rooms.some(({ name, kinds }) => name === what && kinds.some((one) => one.name === kind));
}

/** The part of the snapshot that concerns what was asked about. */
export function partOf({ state, found }: Look): Snapshot {
  return narrow(state, found.object === null ? [] : [found.object], {
    process: found.process?.pid,
    mentioned: found.uses.map(({ pid }) => pid),
  });
}

/** The failure for what does not exist. */
export function absent(address: string): Error {
  return failure(status.no, `there is no ${address}`);
}

/** Prints the value as JSON, on one line as every tool that reads lines expects. */
export function printJson(value: unknown): void {
  print(`${printableJson(toJson(value))}\n`);
}

/** Says on stderr what could not be seen, one line a class, and gives the status that follows. */
export function reportGaps(gaps: readonly Gap[], options: CommonOptions, outcome: Status): Status {
  for (const text of new Set(gaps.map((gap) => gap.text))) complain(`not seen: ${printable(text)}`);
  return statusWith(gaps, options, outcome);
}

/** `outcome`, or with --strict 3 if there was any gap. */
export function statusWith(gaps: readonly Gap[], options: CommonOptions, outcome: Status): Status {
  return options.strict && gaps.length > 0 && outcome === status.done ? status.unanswered : outcome;
}

/**
 * True when rights are what hides something: nobody found does then not mean that nobody is. Root
 * has all the rights that there are; what is hidden even from root stays a gap like any other.
 */
export function rightsAreMissing(gaps: readonly Gap[]): boolean {
  if (process.geteuid?.() === 0) return false;
  return gaps.some(({ reason }) => reason === "EACCES" || reason === "EPERM");
}
