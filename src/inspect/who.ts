/** who(): everybody who has to do with an object, or everything a process has to do with. */
import type { Hold, Link, ObjectRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { checkSnapshot, findObject, findProcess, subjectOf } from "./find.ts";

/** A process used an object without holding it, as far as the kernel remembers. */
export interface Use {
  readonly object: string;
  readonly pid: number;
  /** In what part, after the field of the object that says so: "lastSend", "lastReceive". */
  readonly role: string;
  /** False when no process of that number is in the snapshot: it has ended, or is hidden. */
  readonly seen: boolean;
}

/** The answer. For a process the lists hold what concerns it, for an object who concerns it. */
export interface Who {
  /** The printed form of what was asked: "msg:0", "pid:28817". */
  readonly subject: string;
  readonly object: ObjectRecord | null;
  readonly process: ProcessRecord | null;
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly uses: readonly Use[];
  readonly links: readonly Link[];
}

/**
 * Undefined when the object or the process is not in the snapshot.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function who(snapshot: Snapshot, address: string | number): Who | undefined {
  checkSnapshot(snapshot);
  const subject = subjectOf(address);
  if ("pid" in subject) return whoProcess(snapshot, subject.pid);
  const object = findObject(snapshot, subject.address);
  return object === undefined ? undefined : whoObject(snapshot, object);
}

/**
 * Who used an object last: every field of its details that is named …Pid and holds one. That is a
 * rule of the schema, so that no kind need be known here.
 */
export function usesOf(object: ObjectRecord, isSeen: (pid: number) => boolean): Use[] {
  return Object.entries(object.details).flatMap(([name, pid]) => {
    if (!name.endsWith("Pid") || typeof pid !== "number" || pid <= 0) return [];
    const role = name.slice(0, -"Pid".length);
    return [{ object: object.address, pid, role, seen: isSeen(pid) }];
  });
}

function whoObject(snapshot: Snapshot, object: ObjectRecord): Who {
  const { address } = object;
  return {
    subject: address,
    object,
    process: null,
    holds: snapshot.holds.filter((hold) => hold.object === address),
    waits: snapshot.waits.filter((wait) => wait.object === address),
    uses: usesOf(object, (pid) => findProcess(snapshot, pid) !== undefined),
    links: snapshot.links.filter(({ from, to }) => from === address || to === address),
  };
}

function whoProcess(snapshot: Snapshot, pid: number): Who | undefined {
  const process = findProcess(snapshot, pid);
  if (process === undefined) return undefined;
  const holds = snapshot.holds.filter((hold) => hold.pid === pid);
  const held = new Set(holds.map((hold) => hold.object));
  const uses = snapshot.objects.flatMap((object) => usesOf(object, (one) => one === pid));
  return {
    subject: `pid:${pid}`,
    object: null,
    process,
    holds,
    waits: snapshot.waits.filter((wait) => wait.pid === pid),
    uses: uses.filter((use) => use.seen),
    links: snapshot.links.filter(({ from, to }) => held.has(from) || held.has(to)),
  };
}
