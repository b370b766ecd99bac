/** Who holds an object, who waits on it, and what it is joined to, as rows of words. */
import type { Hold, Link, ProcessRecord, Snapshot, Use, Wait, Who } from "../inspect/index.ts";
import { processesOf } from "./facts.ts";
import { userName } from "./users.ts";
import { processName, spaced } from "./words.ts";

/** One relation, told from the side that was not asked about. */
export interface Relation {
  /** "msg-full[28817]", or the address of the object where a process was asked about. */
  readonly other: string;
  readonly owner: string;
  /** "waits to send", "has fd 3". */
  readonly does: string;
  readonly detail: string;
}

/** Every relation of what was asked about: waits, holds, links, then what is past. */
export function relationsOf(state: Snapshot, found: Who): Relation[] {
  const processes = processesOf(state);
  const side: Side = (fact) => otherSide(fact, found, processes);
  return [
    ...found.waits.map((wait) => waitRelation(wait, side)),
    ...found.holds.map((hold) => holdRelation(hold, side)),
    ...found.links.map((link) => linkRelation(link, found.subject)),
    ...found.uses.map((use) => useRelation(use, side)),
  ];
}

/** What relates a process to an object. */
type Fact = Pick<Hold | Wait | Use, "pid" | "object">;
type Side = (fact: Fact) => Pick<Relation, "other" | "owner">;

/** Asked about a process, the other side is the object; asked about an object, the process. */
function otherSide(
  { pid, object }: Fact,
  found: Who,
  processes: ReadonlyMap<number, ProcessRecord>,
): ReturnType<Side> {
  if (found.process !== null) return { other: object, owner: "" };
  const uid = processes.get(pid)?.uid ?? null;
  return { other: processName(pid, processes), owner: userName(uid) };
}

function waitRelation(wait: Wait, side: Side): Relation {
  const thread = wait.tid === wait.pid ? "" : `, thread ${wait.tid}`;
  const need = wait.text === "" ? "" : `${wait.text} `;
  const detail = `${need}(in ${wait.syscall}${thread})`;
  return { ...side(wait), does: `waits to ${wait.operation}`, detail };
}

function holdRelation(hold: Hold, side: Side): Relation {
  const detail = [hold.mode, hold.at !== null && `at ${hold.at}`].filter(Boolean).join(" ");
  return { ...side(hold), does: holdWords(hold), detail };
}

function holdWords({ how, fd }: Hold): string {
  if (fd !== null) return `has fd ${fd}`;
  return how === "attachment" ? "has it attached" : "has it mapped";
}

function linkRelation({ from, to, kind }: Link, subject: string): Relation {
  return { other: from === subject ? to : from, owner: "", does: "is joined", detail: kind };
}

/** The kernel remembers a number only: a later process may have been given it since. */
function useRelation(use: Use, side: Side): Relation {
  const detail = [use.part, !use.seen && "not there any more, or hidden"].filter(Boolean);
  const role = /[eo]r$/.test(use.role) ? `${spaced(use.role)},` : spaced(use.role);
  return { ...side(use), does: `${role} by that pid`, detail: detail.join(", ") };
}
