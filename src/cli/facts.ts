/** A snapshot made easy to ask: what belongs to an object, and the part that concerns a few. */
import type { Hold, ObjectRecord, ProcessRecord, Snapshot, Wait } from "../inspect/index.ts";

/** One object with everything that the snapshot says about it. */
export interface Row {
  readonly object: ObjectRecord;
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly processes: ReadonlyMap<number, ProcessRecord>;
  /** When the snapshot was begun, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** One row an object, in the snapshot's order. */
export function rowsOf(snapshot: Snapshot): Row[] {
  const holds = groupBy(snapshot.holds, (hold) => hold.object);
  const waits = groupBy(snapshot.waits, (wait) => wait.object);
  const processes = processesOf(snapshot);
  const nowMs = Date.parse(snapshot.host.time);
  return snapshot.objects.map((object) => ({
    object,
    holds: holds.get(object.address) ?? [],
    waits: waits.get(object.address) ?? [],
    processes,
    nowMs,
  }));
}

/** The processes by pid. */
export function processesOf(snapshot: Snapshot): ReadonlyMap<number, ProcessRecord> {
  return new Map(snapshot.processes.map((process) => [process.pid, process]));
}

/** The values by what each of them belongs to. */
export function groupBy<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

/** What else narrow() keeps. */
export interface AlsoKeep {
  /** The process asked about, with everything that it holds and waits on. */
  readonly process?: number | undefined;
  /** Processes that are only mentioned. */
  readonly mentioned?: readonly number[];
}

/** The snapshot with these objects only, and what speaks of them: the schema stays the same. */
export function narrow(
  snapshot: Snapshot,
  objects: readonly ObjectRecord[],
  also: AlsoKeep = {},
): Snapshot {
  const kept = new Set(objects.map((object) => object.address));
  const asked = also.process;
  const concerns = (fact: Hold | Wait): boolean => kept.has(fact.object) || fact.pid === asked;
  const holds = snapshot.holds.filter(concerns);
  const waits = snapshot.waits.filter(concerns);
  const findings = snapshot.findings.filter(
    ({ objects: about, processes }) =>
      about.some((address) => kept.has(address)) || processes.some((pid) => pid === asked),
  );
  const pids = new Set([
    asked,
    ...(also.mentioned ?? []),
    ...[...holds, ...waits].map(({ pid }) => pid),
    ...findings.flatMap((finding) => finding.processes),
  ]);
  return {
    ...snapshot,
    processes: snapshot.processes.filter(({ pid }) => pids.has(pid)),
    objects: [...objects],
    holds,
    waits,
    links: snapshot.links.filter(({ from, to }) => kept.has(from) || kept.has(to)),
    findings,
  };
}
