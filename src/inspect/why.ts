/** why(): in sentences, what an object or a process is waiting for, down to whoever causes it. */
import type { Finding, Owner, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { aboutCircle, isClaimed } from "./circle-sentences.ts";
import { checkSnapshot, findProcess, findSubject, type Place, subjectOf } from "./find.ts";
import { isForWork } from "./idle.ts";
import { aboutObject, type Told, waitsAt } from "./object-sentences.ts";
import { aboutHelper, aboutWait, notBlocked } from "./process-sentences.ts";
import { type Edge, type WaitGraph, waitGraph } from "./wait-graph.ts";
import { classOf } from "./who-helps.ts";

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
  /** The threads that wait in the circle, for a second look: see confirm(). */
  readonly threads: readonly Pick<Owner, "pid" | "tid">[];
}

/**
 * The answer of one snapshot. A snapshot is no instant: who is seen to wait for each other may have
 * waited one after the other, which confirm() finds out by another look.
 *
 * Undefined when the object or the process is not in the snapshot.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function why(snapshot: Snapshot, subject: string | number): Why | undefined {
  return answerTo(snapshot, subject, true);
}

/** The same with or without the claim that there is a circle. */
export function answerTo(
  snapshot: Snapshot,
  subject: string | number,
  claims: boolean,
): Why | undefined {
  checkSnapshot(snapshot);
  const asked = subjectOf(subject);
  const graph = waitGraph(snapshot);
  const { gaps, findings } = snapshot;
  const telling = { gaps, told: { around: graph.around, findings }, graph, claims };
  if ("pid" in asked) {
    const process = findProcess(snapshot, asked.pid);
    return process === undefined ? undefined : whyProcess(telling, process);
  }
  const place = findSubject(snapshot, asked);
  return place === undefined ? undefined : whyObject(telling, place);
}

interface Question {
  readonly gaps: Snapshot["gaps"];
  readonly told: Told;
  readonly graph: WaitGraph;
  readonly claims: boolean;
}

function whyObject(question: Question, { object, part }: Place): Why {
  const { graph, told } = question;
  const waits = waitsAt(graph.around, object, part);
  // Who waits for the same is in the same circle, or in none.
  const classes = new Map(waits.map((wait) => [classOf(wait), wait.pid]));
  const pids = [...new Set(classes.values())];
  const circles = pids.map((pid) => graph.deadlock(pid));
  const found = circles.find((circle) => circle !== undefined && isClaimed(circle));
  const story = aboutObject(told, object, { part });
  return concluded(question, { subject: part ?? object.address, waits, story, found, pids });
}

function whyProcess(question: Question, process: ProcessRecord): Why {
  const { graph } = question;
  const { pid } = process;
  const waits = graph.waits(pid);
  const circle = graph.deadlock(pid);
  const found = circle !== undefined && isClaimed(circle) ? circle : undefined;
  const story = waits.length > 0 ? chainFrom(question, pid) : [notBlocked(graph.around, process)];
  return concluded(question, { subject: `pid:${pid}`, waits, story, found, pids: [pid] });
}

interface Answer {
  readonly subject: string;
  readonly waits: readonly Wait[];
  readonly story: readonly string[];
  readonly found: readonly Edge[] | undefined;
  readonly pids: readonly number[];
}

function concluded({ gaps, graph, claims }: Question, answer: Answer): Why {
  const { subject, waits, story, pids } = answer;
  const circle = claims ? (answer.found ?? []) : [];
  const claim = circle.length > 0 ? [aboutCircle({ gaps }, graph.around, circle, pids)] : [];
  return {
    subject,
    blocked: waits.length > 0,
    text: [...story, ...claim],
    cycle: circle.flatMap(({ wait }) => [`pid:${wait.pid}`, wait.object]),
    threads: circle.map(({ wait: { pid, tid } }) => ({ pid, tid })),
  };
}

/** More processes than these are not followed, and of one no more waits are told. */
const FOLLOWED_MAX = 40;
const WAITS_MAX = 8;
const HELPERS_MAX = 8;

/** Each blocked process that can be reached, once, with the object that it is blocked on. */
function chainFrom(question: Question, first: number): string[] {
  const lines: string[] = [];
  const seen: Seen = {
    objects: new Set(),
    classes: new Set(),
    concluded: new Set(),
    pids: new Set([first]),
  };
  let followed = 0;
  for (const pid of seen.pids) {
    followed += 1;
    if (followed > FOLLOWED_MAX)
      return [...lines, "The chain goes on; the rest: ipc ls -w blocked"];
    lines.push(...aboutProcess(question, pid, first, seen));
  }
  return lines;
}

interface Seen {
  readonly objects: Set<string>;
  readonly classes: Set<string>;
  readonly concluded: Set<Finding>;
  /** Those who were told of, or will be. */
  readonly pids: Set<number>;
}

/** Who waits for work is not followed: everybody could bring it, and nobody has to. */
function aboutProcess(question: Question, pid: number, first: number, seen: Seen): string[] {
  const { graph } = question;
  const waits = graph.waits(pid);
  const shown = waits.slice(0, WAITS_MAX).flatMap((wait) => {
    // What is said about an object names everybody who waits for it.
    const told = seen.objects.has(wait.object);
    const own = pid === first || !told ? [aboutWait(graph.around, wait)] : [];
    const object = told ? [] : aboutAddress(question, wait, seen);
    const helpers = seen.classes.has(classOf(wait)) ? [] : aboutHelpers(question, wait, seen);
    seen.objects.add(wait.object);
    seen.classes.add(classOf(wait));
    return [...own, ...object, ...helpers];
  });
  const more = waits.length - WAITS_MAX;
  const rest = more > 0 ? [`  It waits for ${more} other things too.`] : [];
  const isWaitingForAny = pid === first && waits.length > 1 && waits.every((one) => one.isOneOf);
  const any = isWaitingForAny ? ["  Any one of them is enough."] : [];
  return [...shown, ...rest, ...any];
}

/** What is said of those who could end a wait; adds them to those to be followed. */
function aboutHelpers({ graph }: Question, wait: Wait, seen: Seen): string[] {
  if (isForWork(wait)) return [];
  const fresh = graph.helpers(wait).filter(({ pid }) => !seen.pids.has(pid));
  // Who is free to go on is to blame more than who waits himself.
  const free = fresh.filter(({ pid }) => graph.waits(pid).length === 0);
  const busy = fresh.filter(({ pid }) => graph.waits(pid).length > 0);
  const told = [...free, ...busy].slice(0, HELPERS_MAX);
  const lines = told.flatMap((helper) => {
    const waits = graph.waits(helper.pid);
    if (!waits.every(isForWork)) seen.pids.add(helper.pid);
    return aboutHelper(graph.around, { ...helper, wait }, waits) ?? [];
  });
  if (lines.length === 0 && fresh.length === 0) return nobodyFor(graph, wait);
  const more = fresh.length - told.length;
  const rest = more > 0 ? [`${more} others could help it too.`] : [];
  return [...lines, ...rest].map((line) => `  ${line}`);
}

/** Said of what is held by somebody, of which at least one end is known. */
function nobodyFor({ around, helpers }: WaitGraph, wait: Wait): string[] {
  const isHeld = around.holds.has(wait.object) || around.links.has(wait.object);
  return isHeld && helpers(wait).length === 0 ? ["  Nobody is seen who could end that wait."] : [];
}

function aboutAddress({ told }: Question, wait: Wait, { concluded }: Seen): string[] {
  const object = told.around.objects.get(wait.object);
  if (object === undefined) return [];
  return aboutObject(told, object, { told: wait, concluded }).map((line) => `  ${line}`);
}
