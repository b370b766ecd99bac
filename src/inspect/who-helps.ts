/**
 * Who could end a wait. Whoever waits to take something is helped by those who can put it there,
 * which are the holders that may write, or those at the other end of a link; whoever waits to give
 * is helped by those who can take. Everybody who waits on one object for one thing is helped by the
 * same processes, so these are found once a class of waits, and pairs are never written down.
 */
import { groupBy } from "../io/group-by.ts";
import type { Hold, Link, ObjectRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { concernsPart } from "./find.ts";
import { usesOf } from "./who.ts";

/** Somebody who could end a wait. */
export interface Helper {
  readonly pid: number;
  /** Null: any thread of the process. */
  readonly tid: number | null;
  /**
   * What makes us think so: "owner", "holder", "peer" (at the other end), "process" (it is itself
   * what is waited for), "waiter", or the part it last played ("lastSend").
   */
  readonly role: string;
  /** The object at the other end, or what says who the owner is; absent where the role says all. */
  readonly via?: string;
}

/** The roles of those who alone can help. Whoever waits or was the last to do something need not be. */
const sureRoles: ReadonlySet<string> = new Set(["owner", "holder", "peer", "process"]);

/** True where nobody but those of this role can help, as far as the kernel has no other doors. */
export function isSure(role: string): boolean {
  return sureRoles.has(role);
}

/** "take": it waits to get something out of an object; "give": to put something in; else neither. */
export function wayOf({ operation }: Pick<Wait, "operation">): "take" | "give" | "neither" {
  if (taking.has(operation)) return "take";
  return giving.has(operation) ? "give" : "neither";
}

/** The package's verbs for taking something out of an object, and for putting something in. */
const taking: ReadonlySet<string> = new Set(["read", "receive", "wait"]);
const giving: ReadonlySet<string> = new Set(["write", "send", "post"]);

/** The name of the waits that the same processes could end. */
export function classOf({ operation, object, parts = [], owners = [] }: Wait): string {
  const owned = owners.map(({ pid, tid }) => `${pid}/${tid ?? ""}`);
  return [operation, object, ...parts, ...owned].join(" ");
}

/** A snapshot, arranged by what it speaks of. */
export interface Surroundings {
  readonly processes: ReadonlyMap<number, ProcessRecord>;
  readonly objects: ReadonlyMap<string, ObjectRecord>;
  readonly holds: ReadonlyMap<string, readonly Hold[]>;
  readonly waits: ReadonlyMap<string, readonly Wait[]>;
  /** By either end; what is said of watching is left out. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
}

/** Arranges a snapshot once, for any number of questions. */
export function surroundingsOf(snapshot: Snapshot): Surroundings {
  const links = snapshot.links.filter(({ kind }) => kind !== "watches");
  return {
    processes: new Map(snapshot.processes.map((process) => [process.pid, process])),
    objects: new Map(snapshot.objects.map((object) => [object.address, object])),
    holds: groupBy(snapshot.holds, (hold) => hold.object),
    waits: groupBy(snapshot.waits, (wait) => wait.object),
    links: byEnd(links),
  };
}

function byEnd(links: readonly Link[]): ReadonlyMap<string, readonly Link[]> {
  const ends = links.flatMap((link) => [link.from, link.to].map((end) => ({ end, link })));
  const groups = [...groupBy(ends, ({ end }) => end)];
  return new Map(groups.map(([end, all]) => [end, all.map(({ link }) => link)]));
}

/** Who could end a wait of this class; the waiting process itself may be among them. */
export function findHelpers(around: Surroundings, wait: Wait): readonly Helper[] {
  const { owners = [], object } = wait;
  if (owners.length > 0) return owners.map((owner) => ({ ...owner, role: "owner" }));
  const process = /^pid:(\d+)$/.exec(object)?.[1];
  if (process !== undefined) return [{ pid: Number(process), tid: null, role: "process" }];
  // Where several things are known of one process, the strongest stands.
  const helpers = new Map<number, Helper>();
  for (const { pid, role } of usesBy(around, wait)) helpers.set(pid, { pid, tid: null, role });
  for (const { pid } of opposites(around, wait)) {
    helpers.set(pid, { pid, tid: null, role: "waiter" });
  }
  for (const helper of holdersFor(around, wait)) helpers.set(helper.pid, helper);
  return [...helpers.values()];
}

function usesBy({ objects, processes }: Surroundings, wait: Wait): { pid: number; role: string }[] {
  const object = objects.get(wait.object);
  if (object === undefined) return [];
  return usesOf(object, (pid) => processes.has(pid))
    .filter((use) => use.seen && !isSamePart(use.role, wait.operation))
    .filter((use) => use.part === undefined || concernsPart(wait, use.part));
}

/** The last receiver is no help to one who wants to receive. */
function isSamePart(role: string, operation: string): boolean {
  return role.toLowerCase().endsWith(operation.toLowerCase());
}

function opposites({ waits }: Surroundings, { object, operation }: Wait): readonly Wait[] {
  return (waits.get(object) ?? []).filter((one) => one.operation !== operation);
}

/** Who holds what it waits for: the object itself, or what it is joined to. */
function holdersFor(around: Surroundings, { object, operation }: Wait): Helper[] {
  const useful = canHelp(operation);
  const links = around.links.get(object) ?? [];
  const beyond = endsFor(links, object, operation).flatMap(({ end, role }) =>
    (around.holds.get(end) ?? [])
      .filter(useful)
      .map(({ pid }) => ({ pid, tid: null, role, via: end })),
  );
  if (beyond.length > 0 && !links.every(isPlace)) return beyond;
  const holds = around.holds.get(object) ?? [];
  const own = holds.filter(useful).map(({ pid }) => ({ pid, tid: null, role: "holder" }));
  return [...beyond, ...own];
}

/** A link that says where something lies: who has the whole can change the part. */
function isPlace({ kind }: Link): boolean {
  return kind === "lies-in";
}

/** True of holders: what is taken comes from those who may write, what is given goes to those who may read. */
function canHelp(operation: string): (hold: Hold) => boolean {
  if (taking.has(operation)) return ({ mode }) => mode !== "read";
  if (giving.has(operation)) return ({ mode }) => mode !== "write";
  return () => true;
}

/** What is at the other end of a link, and how much it says that somebody holds it. */
interface End {
  readonly end: string;
  readonly role: string;
}

/** The other ends of the links on the way of what is waited for. */
function endsFor(links: readonly Link[], object: string, operation: string): End[] {
  return links.flatMap((link) => {
    const end = link.from === object ? link.to : link.from;
    const role = roleAt(link, object, operation);
    return role === undefined ? [] : [{ end, role }];
  });
}

/**
 * Of what goes one way, others may come to send or to read; at the end of a connection there is
 * nobody else. Undefined where the link leads away from what is waited for.
 */
function roleAt(link: Link, object: string, operation: string): string | undefined {
  const { from, to, kind, direction } = link;
  if (isPlace(link)) return from === object ? "joined" : undefined;
  // Who is not accepted yet waits for the one who listens, and not the other way round.
  if (kind === "pending") return from === object ? "peer" : undefined;
  if (direction === "both") return "peer";
  if (taking.has(operation)) return to === object ? "joined" : undefined;
  return !giving.has(operation) || from === object ? "joined" : undefined;
}
