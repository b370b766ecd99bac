/**
 * Who waits for whom. A thread that is blocked waits for any of those who could help it (see
 * who-helps.ts); where it waits for one of several things (poll), any one of them is enough. A process
 * is blocked when all its threads are. So there is a way out as long as one process or thread that
 * can be reached is free, waits for a time only, or waits for something that somebody may bring who
 * is not seen.
 *
 * All who have no way out are found in one go, by taking away whoever has one: the work grows with
 * the classes of waits and their helpers, and nobody's pairs are written down.
 */
import { groupBy } from "../io/group-by.ts";
import type { Snapshot, Wait } from "../io/schema.ts";
import { isForAnybody } from "./idle.ts";
import {
  classOf,
  findHelpers,
  type Helper,
  isSure,
  type Surroundings,
  surroundingsOf,
} from "./who-helps.ts";

/** From a blocked process over an object to one who could help it. */
export interface Edge extends Helper {
  readonly wait: Wait;
}

/** A process, or where only one of its threads is meant, that thread. */
interface Actor {
  readonly pid: number;
  /** Null: all of the process. */
  readonly tid: number | null;
}

/** A snapshot made easy to ask. */
export interface WaitGraph {
  readonly around: Surroundings;
  waits(pid: number): readonly Wait[];
  /** Who could end a wait, with the role that says so; the waiting process itself may be among them. */
  helpers(wait: Wait): readonly Helper[];
  /**
   * A circle of waiting that the process is in, or can only wait for: the shortest way back to
   * itself where there is one. Undefined when there is a way out.
   */
  deadlock(pid: number): readonly Edge[] | undefined;
}

/** The graph of a snapshot. */
export function waitGraph(snapshot: Snapshot): WaitGraph {
  const around = surroundingsOf(snapshot);
  const waits = groupBy(snapshot.waits, (wait) => wait.pid);
  const classes = new Map<string, readonly Helper[]>();
  const graph: Graph = {
    around,
    waits: (pid) => waits.get(pid) ?? [],
    helpers(wait) {
      const name = classOf(wait);
      const known = classes.get(name) ?? findHelpers(around, wait);
      classes.set(name, known);
      return known;
    },
  };
  let stuck: ReadonlyMap<string, Actor> | undefined;
  return {
    ...graph,
    deadlock(pid) {
      stuck ??= stuckIn(graph, snapshot);
      return circleFrom(graph, stuck, pid);
    },
  };
}

type Graph = Omit<WaitGraph, "deadlock">;

function threadsOf({ around }: Graph, pid: number): number {
  return around.processes.get(pid)?.threads ?? 0;
}

/** The name of an actor; the only thread of a process is the process. */
function nameOf(graph: Graph, { pid, tid }: Actor): string {
  return tid === null || threadsOf(graph, pid) < 2 ? `${pid}` : `${pid}/${tid}`;
}

function waitsOf(graph: Graph, { pid, tid }: Actor): readonly Wait[] {
  const waits = graph.waits(pid);
  if (tid === null || threadsOf(graph, pid) < 2) return waits;
  return waits.filter((wait) => wait.tid === tid);
}

/** Everybody of whom the snapshot says that he waits: each process, and each thread of several. */
function actorsIn(graph: Graph, { waits }: Snapshot): ReadonlyMap<string, Actor> {
  const actors = new Map<string, Actor>();
  for (const { pid, tid } of waits) {
    for (const actor of [
      { pid, tid: null },
      { pid, tid },
    ]) {
      const name = nameOf(graph, actor);
      if (!actors.has(name)) actors.set(name, actor);
    }
  }
  return actors;
}

/** Those who cannot go on before somebody goes on who cannot either. */
function stuckIn(graph: Graph, snapshot: Snapshot): ReadonlyMap<string, Actor> {
  const stuck = new Map(actorsIn(graph, snapshot));
  const free: string[] = [];
  const release = (name: string): void => {
    if (stuck.delete(name)) free.push(name);
  };
  const { byClass, byHelper } = dependents(graph, stuck, release);
  for (const [name, actor] of [...stuck]) if (canGoOn(graph, actor)) release(name);
  // The list grows while it is walked: who is helped by one that is free is free himself.
  for (const name of free) {
    for (const helped of byHelper.get(name) ?? []) {
      for (const waiting of byClass.get(helped) ?? []) release(waiting);
      byClass.delete(helped);
    }
  }
  return stuck;
}

interface Dependents {
  /** Who is in a wait of that class. */
  readonly byClass: Map<string, readonly string[]>;
  /** The classes of waits that somebody could end. */
  readonly byHelper: ReadonlyMap<string, readonly string[]>;
}

/** Whoever can be helped by one that waits for nothing is released at once. */
function dependents(
  graph: Graph,
  actors: ReadonlyMap<string, Actor>,
  release: (name: string) => void,
): Dependents {
  const waiting = [...actors].flatMap(([name, actor]) =>
    waitsOf(graph, actor).map((wait) => ({ name, wait, class: classOf(wait) })),
  );
  const all = groupBy(waiting, (one) => one.class);
  const helping: { helper: string; class: string }[] = [];
  for (const [name, members] of all) {
    const [first] = members;
    if (first === undefined) continue;
    const helpers = graph.helpers(first.wait).map((helper) => nameOf(graph, helper));
    if (helpers.every((helper) => actors.has(helper))) {
      for (const helper of helpers) helping.push({ helper, class: name });
    } else {
      for (const member of members) release(member.name);
    }
  }
  return {
    byClass: new Map([...all].map(([name, members]) => [name, members.map((one) => one.name)])),
    byHelper: new Map(
      [...groupBy(helping, ({ helper }) => helper)].map(([helper, all]) => [
        helper,
        all.map((one) => one.class),
      ]),
    ),
  };
}

/** Without anybody's help, as far as is seen: not all of it waits, or not for those who are seen. */
function canGoOn(graph: Graph, actor: Actor): boolean {
  const waits = waitsOf(graph, actor);
  const threads = actor.tid === null ? threadsOf(graph, actor.pid) : 1;
  if (new Set(waits.map(({ tid }) => tid)).size < threads) return true;
  return waits.some((wait) => wait.isTimed || isOpen(graph, wait)) || hasUnseen(waits);
}

/** True where somebody may end the wait who is not seen. */
function isOpen(graph: Graph, wait: Wait): boolean {
  const unknown = graph.around.objects.get(wait.object)?.unknown ?? {};
  if (isForAnybody(wait) || "holders" in unknown || "waiters" in unknown) return true;
  // Who did something last is no sign that one waits for oneself.
  return !graph.helpers(wait).some(({ pid, role }) => pid !== wait.pid || canBeOwn(wait, role));
}

/** A process waits for itself where it holds the only end that what it waits for could come from. */
function canBeOwn({ operation }: Wait, role: string): boolean {
  return isSure(role) && ownable.has(operation);
}

const ownable: ReadonlySet<string> = new Set(["read", "write", "send", "receive", "lock"]);

/** Of a call that waits for one of several things, one alone is shown where the others are not seen. */
function hasUnseen(waits: readonly Wait[]): boolean {
  const counts = new Map<number, number>();
  for (const { tid, isOneOf } of waits) {
    if (isOneOf) counts.set(tid, (counts.get(tid) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count < 2);
}

/** The circle of an asked process: of all of it, or of the first of its threads that is in one. */
function circleFrom(
  graph: Graph,
  stuck: ReadonlyMap<string, Actor>,
  pid: number,
): readonly Edge[] | undefined {
  const tids = new Set(graph.waits(pid).map(({ tid }) => tid));
  const actors = [{ pid, tid: null }, ...[...tids].map((tid) => ({ pid, tid }))];
  const start = actors.find((actor) => stuck.has(nameOf(graph, actor)));
  if (start === undefined) return undefined;
  const circle = wayBack(graph, start) ?? circleBehind(graph, start);
  // Where everybody merely waits for one of several things, everybody is idle.
  return circle.every(({ wait }) => wait.isOneOf) ? undefined : circle;
}

/** How somebody was reached: over which edge, and from whom. */
interface Step {
  readonly edge: Edge;
  readonly from: string;
}

/** The shortest way from one who is stuck over others back to himself. */
function wayBack(graph: Graph, start: Actor): readonly Edge[] | undefined {
  const home = nameOf(graph, start);
  const steps = new Map<string, Step>();
  const actors = new Map<string, Actor>([[home, start]]);
  /** Of the classes of waits that were gone into, the way home. */
  const entered = new Map<string, Helper | undefined>();
  // A map visits what is added while it is walked, the nearest first.
  for (const [from, actor] of actors) {
    for (const wait of waitsOf(graph, actor)) {
      const name = classOf(wait);
      if (!entered.has(name)) {
        const helpers = graph.helpers(wait);
        for (const helper of helpers)
          visit(graph, { edge: { ...helper, wait }, from }, actors, steps);
        entered.set(
          name,
          helpers.find((helper) => nameOf(graph, helper) === home),
        );
      }
      const last = entered.get(name);
      if (last !== undefined && from !== home) {
        return [...wayTo(from, home, steps), { ...last, wait }];
      }
    }
  }
  return undefined;
}

function visit(
  graph: Graph,
  step: Step,
  actors: Map<string, Actor>,
  steps: Map<string, Step>,
): void {
  const name = nameOf(graph, step.edge);
  if (actors.has(name)) return;
  actors.set(name, { pid: step.edge.pid, tid: step.edge.tid });
  steps.set(name, step);
}

function wayTo(name: string, home: string, steps: ReadonlyMap<string, Step>): readonly Edge[] {
  const way: Edge[] = [];
  for (let at = name; at !== home; ) {
    const step = steps.get(at);
    if (step === undefined) break;
    way.unshift(step.edge);
    at = step.from;
  }
  return way;
}

/** Where no way leads back, the first circle that is met, which may be of one alone. */
function circleBehind(graph: Graph, start: Actor): readonly Edge[] {
  const way: Edge[] = [];
  const places = new Map<string, number>();
  for (let actor = start; !places.has(nameOf(graph, actor)); ) {
    places.set(nameOf(graph, actor), way.length);
    const next = edgeFrom(graph, actor);
    if (next === undefined) return [];
    way.push(next);
    actor = { pid: next.pid, tid: next.tid };
  }
  const last = way.at(-1);
  return last === undefined ? [] : way.slice(places.get(nameOf(graph, last)) ?? 0);
}

/** To one of those who could help, himself only where there is nobody else. */
function edgeFrom(graph: Graph, actor: Actor): Edge | undefined {
  const self = nameOf(graph, actor);
  let own: Edge | undefined;
  for (const wait of waitsOf(graph, actor)) {
    for (const helper of graph.helpers(wait)) {
      if (nameOf(graph, helper) !== self) return { ...helper, wait };
      own ??= { ...helper, wait };
    }
  }
  return own;
}
