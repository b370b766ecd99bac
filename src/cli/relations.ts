/** Who holds an object, who waits on it, and what it is joined to, as rows of words. */
import type { Hold, ProcessRecord, Snapshot, Use, Wait, Who } from "../inspect/index.ts";
import { groupBy, processesOf } from "./facts.ts";
import { userName } from "./users.ts";
import { holderWords, processName, spaced } from "./words.ts";

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
    ...linkRelations(found, processes),
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

/** What each way of holding is called; a descriptor also has a number. */
const howWords: Readonly<Record<Hold["how"], string>> = {
  descriptor: "has it open",
  mapping: "has it mapped",
  attachment: "has it attached",
  lock: "has it locked",
};

function holdWords({ how, fd }: Hold): string {
  if (fd === null) return howWords[how];
  return how === "descriptor" ? `has fd ${fd}` : `${howWords[how]}, fd ${fd}`;
}

/** Each link, told from our end, with who is at the other. */
function linkRelations(found: Who, processes: ReadonlyMap<number, ProcessRecord>): Relation[] {
  const holds = groupBy(found.peerHolds, ({ object }) => object);
  const waits = groupBy(found.peerWaits, ({ object }) => object);
  const ours = new Set(found.object === null ? found.holds.map((hold) => hold.object) : []);
  if (found.object !== null) ours.add(found.object.address);
  const atEnd = (end: string): string =>
    ours.has(end)
      ? "held by itself"
      : endWords({ holds: holds.get(end) ?? [], waits: waits.get(end) ?? [] }, processes);
  return found.links.map(({ from, to, kind, direction }) => {
    const [own, end] = ours.has(from) ? [from, to] : [to, from];
    const arrow = direction === "both" ? "⇄" : own === from ? "→" : "←";
    if (found.object !== null) {
      return { other: end, owner: "", does: `${arrow} ${kind}`, detail: atEnd(end) };
    }
    return { other: own, owner: "", does: `${arrow} ${kind}`, detail: `${end}  ${atEnd(end)}` };
  });
}

/** More names than these are only counted. */
const NAMES_MAX = 4;

/** "held by us-server[28786] fd 4, where it waits to read" */
function endWords(
  { holds, waits }: Pick<Who, "holds" | "waits">,
  processes: ReadonlyMap<number, ProcessRecord>,
): string {
  if (holds.length + waits.length === 0) return "nobody is seen to hold it";
  const names = holds.slice(0, NAMES_MAX).map((hold) => holderWords(hold, processes));
  const more = holds.length > NAMES_MAX ? [`${holds.length - NAMES_MAX} more`] : [];
  const held = holds.length === 0 ? [] : [`held by ${[...names, ...more].join(", ")}`];
  const waiting = waits.slice(0, NAMES_MAX).map(({ pid, operation }) => {
    return `${processName(pid, processes)} waits to ${operation}`;
  });
  return [...held, ...waiting].join("; ");
}

/** The kernel remembers a number only: a later process may have been given it since. */
function useRelation(use: Use, side: Side): Relation {
  const detail = [use.part, !use.seen && "not there any more, or hidden"].filter(Boolean);
  const role = /[eo]r$/.test(use.role) ? `${spaced(use.role)},` : spaced(use.role);
  return { ...side(use), does: `${role} by that pid`, detail: detail.join(", ") };
}
