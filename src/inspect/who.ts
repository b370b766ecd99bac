/** who(): everybody who has to do with an object, or everything a process has to do with. */
import type { Hold, Link, ObjectRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import {
  checkSnapshot,
  concernsPart,
  findProcess,
  findSubject,
  type OneDescriptor,
  type Place,
  subjectOf,
} from "./find.ts";

/** A process used an object without holding it, as far as the kernel remembers. */
export interface Use {
  readonly object: string;
  readonly pid: number;
  /** As what, after the field of the object that says so: "lastSend", "creator". */
  readonly role: string;
  /** The address of the part of the object that it used; absent where that was the whole. */
  readonly part?: string;
  /** False when no process of that number is in the snapshot: it has ended, or is hidden. */
  readonly seen: boolean;
}

/** The answer. For a process the lists hold what concerns it, for an object who concerns it. */
export interface Who {
  /** The printed form of what was asked: "msg:0", "pid:28817", "pid:28817/fd/3". */
  readonly subject: string;
  /** The descriptor that was asked about; the object is what it is open on. */
  readonly descriptor: OneDescriptor | null;
  readonly object: ObjectRecord | null;
  /** The address of the part of the object that was asked about; null: about all of it. */
  readonly part: string | null;
  readonly process: ProcessRecord | null;
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly uses: readonly Use[];
  readonly links: readonly Link[];
  /** The objects at the other ends of the links, with those who hold them and wait on them. */
  readonly peers: readonly ObjectRecord[];
  readonly peerHolds: readonly Hold[];
  readonly peerWaits: readonly Wait[];
}

/**
 * Who holds an object, waits on it and is at its other ends, or what a process has to do with. Of a
 * descriptor it is the object that it is open on. The work grows with the snapshot, and no further.
 *
 * Undefined when the object or the process is not in the snapshot.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function who(snapshot: Snapshot, address: string | number): Who | undefined {
  checkSnapshot(snapshot);
  const subject = subjectOf(address);
  if ("pid" in subject) return whoProcess(snapshot, subject.pid);
  const place = findSubject(snapshot, subject);
  if (place === undefined) return undefined;
  return whoObject(snapshot, place, "descriptor" in subject ? subject.descriptor : null);
}

/**
 * Who used an object last: every field of its details, or of those of its parts, that is named …Pid
 * and holds one. That is a rule of the schema, so that no kind need be known here.
 */
export function usesOf(object: ObjectRecord, isSeen: (pid: number) => boolean): Use[] {
  const users = (details: ObjectRecord["details"]): Omit<Use, "object">[] =>
    Object.entries(details).flatMap(([name, pid]) => {
      if (!name.endsWith("Pid") || typeof pid !== "number" || pid <= 0) return [];
      return [{ pid, role: name.slice(0, -"Pid".length), seen: isSeen(pid) }];
    });
  const ofParts = (object.parts ?? []).flatMap(({ address, details }) =>
    users(details).map((use) => ({ ...use, part: address })),
  );
  return [...users(object.details), ...ofParts].map((use) => ({ object: object.address, ...use }));
}

/** Asked about all of it, who used several parts as the same is named once. */
function usesIn(snapshot: Snapshot, { object, part }: Place): Use[] {
  const pids = new Set(snapshot.processes.map(({ pid }) => pid));
  const uses = usesOf(object, (pid) => pids.has(pid));
  if (part !== null) return uses.filter((use) => use.part === undefined || use.part === part);
  const first = new Map<string, Use>();
  for (const use of uses) {
    const name = `${use.pid} ${use.role}`;
    const { part: _, ...whole } = use;
    first.set(name, first.has(name) ? whole : use);
  }
  return [...first.values()];
}

function whoObject(snapshot: Snapshot, place: Place, descriptor: OneDescriptor | null): Who {
  const { object, part } = place;
  const { address } = object;
  const concerns = (wait: Wait): boolean => wait.object === address && concernsPart(wait, part);
  const links = linksOf(snapshot, new Set([address]));
  return {
    subject: descriptor === null ? (part ?? address) : `pid:${descriptor.pid}/fd/${descriptor.fd}`,
    descriptor,
    object,
    part,
    process: null,
    holds: snapshot.holds.filter((hold) => hold.object === address),
    waits: snapshot.waits.filter(concerns),
    uses: usesIn(snapshot, place),
    links,
    ...otherEnds(snapshot, links, new Set([address])),
  };
}

function linksOf({ links }: Snapshot, addresses: ReadonlySet<string>): readonly Link[] {
  return links.filter(({ from, to }) => addresses.has(from) || addresses.has(to));
}

/** What the links lead to, beyond where they were followed from. */
function otherEnds(
  { objects, holds, waits }: Snapshot,
  links: readonly Link[],
  ours: ReadonlySet<string>,
): Pick<Who, "peers" | "peerHolds" | "peerWaits"> {
  const ends = new Set(links.flatMap(({ from, to }) => [from, to]).filter((end) => !ours.has(end)));
  return {
    peers: objects.filter(({ address }) => ends.has(address)),
    peerHolds: holds.filter(({ object }) => ends.has(object)),
    peerWaits: waits.filter(({ object }) => ends.has(object)),
  };
}

function whoProcess(snapshot: Snapshot, pid: number): Who | undefined {
  const process = findProcess(snapshot, pid);
  if (process === undefined) return undefined;
  const holds = snapshot.holds.filter((hold) => hold.pid === pid);
  const held = new Set(holds.map((hold) => hold.object));
  const uses = snapshot.objects.flatMap((object) => usesOf(object, (one) => one === pid));
  const links = linksOf(snapshot, held);
  return {
    subject: `pid:${pid}`,
    descriptor: null,
    object: null,
    part: null,
    process,
    holds,
    waits: snapshot.waits.filter((wait) => wait.pid === pid),
    uses: uses.filter((use) => use.seen),
    links,
    ...otherEnds(snapshot, links, held),
  };
}
