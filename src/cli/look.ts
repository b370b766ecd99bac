/** What the verbs that look have in common: one snapshot, JSON, and an honest word on the gaps. */
import {
  type Gap,
  isPlainFile,
  jsonParts,
  kindNameOf,
  type OneDescriptor,
  openFile,
  type Snapshot,
  type Subject,
  snapshot,
  subjectOf,
  type Who,
  who,
} from "../inspect/index.ts";
import { rooms } from "../mechanisms/rooms.ts";
import type { CommonOptions } from "./command.ts";
import { narrow } from "./facts.ts";
import { codeOf, failure, type Status, sentenceOf, status } from "./failure.ts";
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
  if ("descriptor" in subject) throw noObject(state, subject.descriptor);
  const hidden = state.gaps.find((gap) => mayHide(gap, subject));
  if (hidden !== undefined) throw failure(status.unanswered, hidden.text);
  throw absent("pid" in subject ? `process ${subject.pid}` : subject.address);
}

/** Why a descriptor leads to nothing: it is open on something else, or on nothing. */
function noObject(state: Snapshot, descriptor: OneDescriptor): Error {
  const { pid, fd } = descriptor;
  const process = state.processes.find((one) => one.pid === pid);
  if (process === undefined) return absent(`process ${pid}`);
  const name = `fd ${fd} of ${process.comm} (${pid})`;
  try {
    const link = openFile(descriptor);
    const verdict = isPlainFile(link)
      ? "which is no IPC object"
      : "of which nothing more is shown here";
    return failure(status.no, `${name} is ${link.target} (${link.kind}), ${verdict}`);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return failure(status.no, `${process.comm} (${pid}) has no fd ${fd}`);
    const outcome = code === "EACCES" || code === "EPERM" ? status.unanswered : status.refused;
    return failure(outcome, `what ${name} is could not be read: ${sentenceOf(error)}`, error);
  }
}

/** Whether it may be there all the same: a gap by a room's name says that nothing of it was shown. */
function mayHide({ what, reason }: Gap, subject: Subject): boolean {
  if ("pid" in subject) return reason === "hidepid";
  if ("descriptor" in subject) return false;
  const kind = kindNameOf(subject.address);
  return rooms.some(({ name, kinds }) => name === what && kinds.some((one) => one.name === kind));
}

/** The part of the snapshot that concerns what was asked about. */
export function partOf({ state, found }: Look): Snapshot {
  const objects = [...(found.object === null ? [] : [found.object]), ...found.peers];
  return narrow(state, objects, {
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
  for (const part of jsonParts(value)) print(printableJson(part));
  print("\n");
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
