/** why(): in sentences, what an object or a process is waiting for, down to whoever causes it. */
import type { ObjectRecord, PartRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import {
  checkSnapshot,
  concernsPart,
  findProcess,
  findSubject,
  type Place,
  partIn,
  subjectOf,
} from "./find.ts";
import { classOf, deadlock, type Edge, type WaitGraph, waitGraph } from "./wait-graph.ts";

/** The answer. */
export interface Why {
  /** The printed form of what was asked: "msg:0", "pid:28817". */
  readonly subject: string;
  /** True when somebody waits: the process itself, or anybody on the object. */
  readonly blocked: boolean;
  /** One sentence an item; what explains a sentence follows it, two spaces further in. */
  readonly text: readonly string[];
  /** A circle of waiting: "pid:1", "msg:0", "pid:2", "msg:1"; empty when there is none. */
  readonly cycle: readonly string[];
}

/**
 * Undefined when the object or the process is not in the snapshot.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function why(snapshot: Snapshot, subject: string | number): Why | undefined {
  checkSnapshot(snapshot);
  const asked = subjectOf(subject);
  if ("pid" in asked) {
    const process = findProcess(snapshot, asked.pid);
    return process === undefined ? undefined : whyProcess(snapshot, process);
  }
  const place = findSubject(snapshot, asked);
  return place === undefined ? undefined : whyObject(snapshot, place);
}

function whyObject(snapshot: Snapshot, { object, part }: Place): Why {
  const waits = waitsAt(snapshot, object, part);
  const graph = waitGraph(snapshot);
  // Who waits for the same is in the same circle, or in none.
  const classes = new Map(waits.map((wait) => [classOf(wait), wait.pid]));
  const cycles = [...classes.values()].map((pid) => deadlock(graph, pid));
  const cycle = cycles.find((found) => found !== undefined);
  return {
    subject: part ?? object.address,
    blocked: waits.length > 0,
    text: [...aboutObject(snapshot, object, { part }), ...aboutCycle(snapshot, cycle)],
    cycle: addressesOf(cycle),
  };
}

function waitsAt({ waits }: Snapshot, { address }: ObjectRecord, part: string | null): Wait[] {
  return waits.filter((wait) => wait.object === address && concernsPart(wait, part));
}

function whyProcess(snapshot: Snapshot, process: ProcessRecord): Why {
  const graph = waitGraph(snapshot);
  const waits = graph.waits(process.pid);
  const cycle = deadlock(graph, process.pid);
  const chain = waits.length === 0 ? notBlocked(process) : chainFrom(snapshot, graph, process.pid);
  return {
    subject: `pid:${process.pid}`,
    blocked: waits.length > 0,
    text: [...chain, ...aboutCycle(snapshot, cycle)],
    cycle: addressesOf(cycle),
  };
}

function notBlocked(process: ProcessRecord): string[] {
  const name = nameOf(process, process.pid);
  const reason = process.unknown["waits"];
  if (reason !== undefined) {
    return [`What ${name} is blocked in could not be read (${reason}).`];
  }
  return [`${name} is not blocked on anything that a snapshot shows; it is ${stateOf(process)}.`];
}

/** The words of proc_pid_stat(5). */
const states: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "in an uninterruptible sleep",
  Z: "a zombie, whose parent has not waited for it",
  T: "stopped by a signal",
  t: "stopped by a debugger",
  I: "idle",
};

function stateOf(process: ProcessRecord): string {
  return states[process.state] ?? `in state ${process.state}`;
}

/** Each blocked process that can be reached, once, with the object that it is blocked on. */
function chainFrom(snapshot: Snapshot, graph: WaitGraph, first: number): string[] {
  const lines: string[] = [];
  const objects = new Set<string>();
  const classes = new Set<string>();
  const reached = new Set([first]);
  for (const pid of reached) {
    for (const wait of graph.waits(pid)) {
      // What is said about an object names everybody who waits for it.
      const told = objects.has(wait.object);
      if (pid === first || !told) lines.push(aboutWait(snapshot, wait));
      if (!told) lines.push(...aboutAddress(snapshot, wait));
      if (!classes.has(classOf(wait))) lines.push(...aboutHelpers(snapshot, graph, wait, reached));
      objects.add(wait.object);
      classes.add(classOf(wait));
    }
  }
  return lines;
}

/** What is said of those who could end a wait; adds them to those to be followed. */
function aboutHelpers(
  snapshot: Snapshot,
  graph: WaitGraph,
  wait: Wait,
  reached: Set<number>,
): string[] {
  const fresh = [...graph.helpers(wait)].filter(([pid]) => !reached.has(pid));
  for (const [pid] of fresh) reached.add(pid);
  return fresh.flatMap(([pid, role]) => aboutHelper(snapshot, graph, { wait, pid, role }));
}

function aboutAddress(snapshot: Snapshot, told: Wait): string[] {
  const object = snapshot.objects.find((one) => one.address === told.object);
  return object === undefined
    ? []
    : aboutObject(snapshot, object, { told }).map((line) => `  ${line}`);
}

/** "perl (12) is blocked in msgrcv on msg:0: it waits for a message of type 7." */
function aboutWait(snapshot: Snapshot, wait: Wait): string {
  const name = nameOf(findProcess(snapshot, wait.pid), wait.pid);
  const thread = wait.tid === wait.pid ? "" : `, thread ${wait.tid},`;
  const goal = wait.text === "" ? `to ${wait.operation}` : `for ${wait.text}`;
  return `${name}${thread} is blocked in ${wait.syscall} on ${wait.object}: it waits ${goal}.`;
}

/** Only who is named by more than its waiting, which is told anyway, needs a word. */
function aboutHelper(snapshot: Snapshot, graph: WaitGraph, edge: Edge): string[] {
  if (edge.role === "waiter") return [];
  const process = findProcess(snapshot, edge.pid);
  const part = edge.role === "holder" ? "holds" : partOf(edge.role);
  const state = process === undefined ? "not to be seen" : stateOf(process);
  const blocked = graph.waits(edge.pid).length > 0;
  const doing = blocked ? "is blocked itself" : `is ${state}, not blocked on IPC`;
  return [`  ${nameOf(process, edge.pid)} ${part} ${edge.wait.object}; it ${doing}.`];
}

/** "residentBytes" → "resident bytes" */
function spaced(name: string): string {
  return name.replace(/(?<=[a-z\d])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** "lastSend" says that it was the last to send, "lastOperator" and "creator" what it was. */
function partOf(role: string): string {
  const words = spaced(role);
  if (/[eo]r$/.test(words)) return `was the ${words} of`;
  return words.startsWith("last ") ? `was the last to ${words.slice(5)} on` : `is ${words} of`;
}

interface Telling {
  /** Only what concerns this part of it. */
  readonly part?: string | null;
  /** Was said before. */
  readonly told?: Wait;
}

/** What the room concluded; without a conclusion the bare facts, but for one told already. */
function aboutObject(
  snapshot: Snapshot,
  object: ObjectRecord,
  { part = null, told }: Telling,
): string[] {
  const findings = snapshot.findings.filter(({ objects }) => isAbout(objects, object, part));
  if (findings.length > 0) return findings.flatMap(({ text }) => text.map(indentRest));
  const waits = waitsAt(snapshot, object, part);
  const waiting = waits.filter((wait) => wait !== told).map((wait) => aboutWait(snapshot, wait));
  const nobody = waits.length === 0 ? ["Nobody is seen to wait for it."] : [];
  const held = heldText(snapshot, object);
  return [stateOfObject(object, part), ...held, ...waiting, ...nobody].map(indentRest);
}

/** More holders than these are only counted. */
const HOLDERS_MAX = 8;

function heldText(snapshot: Snapshot, { address }: ObjectRecord): string[] {
  const holds = snapshot.holds.filter((hold) => hold.object === address);
  const pids = [...new Set(holds.map(({ pid }) => pid))];
  if (pids.length === 0) return [];
  const shown = pids.slice(0, HOLDERS_MAX).map((pid) => nameOf(findProcess(snapshot, pid), pid));
  const more = pids.length - shown.length;
  return [`Held by ${shown.join(", ")}${more > 0 ? ` and ${more} others` : ""}.`];
}

/** A conclusion about some parts names them; one that names none is about all of them. */
function isAbout(objects: readonly string[], { address }: ObjectRecord, part: string | null) {
  if (!objects.includes(address)) return false;
  const parts = objects.filter((one) => partIn(one)?.whole === address);
  return part === null || parts.length === 0 || parts.includes(part);
}

function stateOfObject(object: ObjectRecord, part: string | null): string {
  const { address, title, parts = [] } = object;
  if (part === null) return `${address} (${title}) holds ${fillOf(object)}${partsOf(parts)}.`;
  const used = Object.entries(parts.find((one) => one.address === part)?.used ?? {});
  const amounts = used.map(([unit, amount]) => `${unit} ${amount}`).join(", ");
  return `${part} is part of ${address} (${title})${amounts === "" ? "" : `: ${amounts}`}.`;
}

/** More parts than these are too many for a sentence. */
const PARTS_MAX = 8;

/** ": value 1, 0, 5" */
function partsOf(parts: readonly PartRecord[]): string {
  const [unit] = Object.keys(parts[0]?.used ?? {});
  if (unit === undefined || parts.length > PARTS_MAX) return "";
  return `: ${spaced(unit)} ${parts.map(({ used }) => used[unit] ?? "?").join(", ")}`;
}

/** The first sentence is the state; the others explain it. */
function indentRest(sentence: string, index: number): string {
  return index === 0 ? sentence : `  ${sentence}`;
}

function fillOf(object: ObjectRecord): string {
  const amounts = Object.entries(object.used).map(([unit, used]) => {
    const limit = object.limit[unit];
    const amount = limit === undefined ? String(used) : `${used} of ${limit}`;
    return `${amount} ${spaced(unit)}`;
  });
  return amounts.length === 0 ? "nothing that is counted" : amounts.join(", ");
}

function aboutCycle(snapshot: Snapshot, cycle: readonly Edge[] | undefined): string[] {
  if (cycle === undefined) return [];
  const objects = [...new Set(cycle.map((edge) => edge.wait.object))];
  // On one object it is not a circle of processes that is to blame; the room says what is.
  if (objects.length < 2) return [];
  const steps = cycle.flatMap(({ wait }) => [
    nameOf(findProcess(snapshot, wait.pid), wait.pid),
    wait.object,
  ]);
  const sure = cycle.every((edge) => edge.role === "holder");
  const unless = sure ? "" : `, unless another process acts on ${objects.join(" or ")}`;
  return [`=> a deadlock${unless}: ${[...steps, steps[0]].join(" → ")}.`];
}

function addressesOf(cycle: readonly Edge[] | undefined): readonly string[] {
  return (cycle ?? []).flatMap(({ wait }) => [`pid:${wait.pid}`, wait.object]);
}

function nameOf(process: ProcessRecord | undefined, pid: number): string {
  return process === undefined ? `process ${pid}` : `${process.comm} (${pid})`;
}
