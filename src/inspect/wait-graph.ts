/**
 * Who waits for whom. A process that is blocked on an object waits for any of those who could act
 * on it: its holders, those who wait there for the opposite, and those who used it last in another
 * part. That is an or-graph: there is a way out as long as one process that can be reached is not
 * blocked itself.
 *
 * Everybody who waits on one object for one thing is helped by the same processes, so these are
 * found once a class of waits and entered once; pairs of processes are never written down.
 */
import type { Hold, ObjectRecord, Snapshot, Wait } from "../io/schema.ts";
import { concernsPart } from "./find.ts";
import { usesOf } from "./who.ts";

/** From a blocked process over an object to one who could help it. */
export interface Edge {
  readonly wait: Wait;
  readonly pid: number;
  /** What makes us think so: "holder", "waiter", or the part it last played ("lastSend"). */
  readonly role: string;
}

/** A snapshot made easy to ask. */
export interface WaitGraph {
  waits(pid: number): readonly Wait[];
  /** True when every thread of the process is seen to wait. */
  isBlocked(pid: number): boolean;
  /** Who could end a wait, with the role that says so; the waiting process itself may be among them. */
  helpers(wait: Wait): ReadonlyMap<number, string>;
}

/** The graph of a snapshot. */
export function waitGraph(snapshot: Snapshot): WaitGraph {
  const waits = groupBy(snapshot.waits, (wait) => wait.pid);
  const threads = new Map(snapshot.processes.map((process) => [process.pid, process.threads]));
  const around: Surroundings = {
    threads,
    objects: new Map(snapshot.objects.map((object) => [object.address, object])),
    holds: groupBy(snapshot.holds, (hold) => hold.object),
    waits: groupBy(snapshot.waits, (wait) => wait.object),
  };
  const classes = new Map<string, ReadonlyMap<number, string>>();
  return {
    waits: (pid) => waits.get(pid) ?? [],
    isBlocked(pid) {
      const waiting = new Set((waits.get(pid) ?? []).map((wait) => wait.tid));
      return waiting.size > 0 && waiting.size >= (threads.get(pid) ?? 0);
    },
    helpers(wait) {
      const known = classes.get(classOf(wait)) ?? findHelpers(around, wait);
      classes.set(classOf(wait), known);
      return known;
    },
  };
}

/** The name of the waits that the same processes could end. */
export function classOf({ operation, object, parts = [] }: Wait): string {
  return [operation, object, ...parts].join(" ");
}

/**
 * The shortest way from a process back to itself, when every process that could help it, directly
 * or not, is blocked too; undefined when there is a way out, if only that somebody's time is up, or
 * nobody in sight.
 */
export function deadlock(graph: WaitGraph, pid: number): readonly Edge[] | undefined {
  const reachedBy = new Map<number, Edge | undefined>([[pid, undefined]]);
  const entered = new Set<string>();
  let last: Edge | undefined;
  // A map visits what is added while it is walked, the nearest first.
  for (const from of reachedBy.keys()) {
    if (!graph.isBlocked(from) || graph.waits(from).some((wait) => wait.isTimed)) return undefined;
    for (const wait of graph.waits(from)) {
      if (from !== pid) last ??= edgeTo(graph, wait, pid);
      if (!entered.has(classOf(wait))) reach(graph, wait, reachedBy);
      entered.add(classOf(wait));
    }
  }
  return last === undefined ? undefined : wayTo(last, reachedBy);
}

function edgeTo(graph: WaitGraph, wait: Wait, pid: number): Edge | undefined {
  const role = graph.helpers(wait).get(pid);
  return role === undefined ? undefined : { wait, pid, role };
}

function reach(graph: WaitGraph, wait: Wait, reachedBy: Map<number, Edge | undefined>): void {
  for (const [pid, role] of graph.helpers(wait)) {
    if (!reachedBy.has(pid)) reachedBy.set(pid, { wait, pid, role });
  }
}

function wayTo(last: Edge, reachedBy: ReadonlyMap<number, Edge | undefined>): readonly Edge[] {
  const way: Edge[] = [];
  for (let edge: Edge | undefined = last; edge !== undefined; ) {
    way.unshift(edge);
    edge = reachedBy.get(edge.wait.pid);
  }
  return way;
}

/** What a wait is surrounded by, by address. */
interface Surroundings {
  /** The number of threads of each process that is seen. */
  readonly threads: ReadonlyMap<number, number>;
  readonly objects: ReadonlyMap<string, ObjectRecord>;
  readonly holds: ReadonlyMap<string, readonly Hold[]>;
  readonly waits: ReadonlyMap<string, readonly Wait[]>;
}

function findHelpers(around: Surroundings, wait: Wait): ReadonlyMap<number, string> {
  const { object: address, operation } = wait;
  const object = around.objects.get(address);
  const uses = object === undefined ? [] : usesOf(object, (pid) => around.threads.has(pid));
  const others = (around.waits.get(address) ?? []).filter((one) => one.operation !== operation);
  // Where several things are known of one process, the strongest stands.
  return new Map([
    ...uses
      .filter((use) => use.seen && !isSamePart(use.role, operation))
      .filter((use) => use.part === undefined || concernsPart(wait, use.part))
      .map((use) => [use.pid, use.role] as const),
    ...others.map((one) => [one.pid, "waiter"] as const),
    ...(around.holds.get(address) ?? []).map((hold) => [hold.pid, "holder"] as const),
  ]);
}

/** The last receiver is no help to one who wants to receive. */
function isSamePart(role: string, operation: string): boolean {
  return role.toLowerCase().endsWith(operation.toLowerCase());
}

function groupBy<Key, Item>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
