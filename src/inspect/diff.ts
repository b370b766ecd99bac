/** diff(): what has changed from one snapshot to another. */
import type {
  Hold,
  Host,
  Link,
  ObjectRecord,
  ProcessRecord,
  Snapshot,
  Value,
  Wait,
} from "../io/schema.ts";
import { checkSnapshot } from "./find.ts";
import { toJson } from "./json.ts";

/** What is new and what is gone. */
export interface Changes<Fact> {
  readonly created: readonly Fact[];
  readonly gone: readonly Fact[];
}

/** Something that is in both, and is not the same. */
export interface Changed<Fact> {
  readonly after: Fact;
  readonly fields: readonly FieldChange[];
}

/** One field: "mode", "used.bytes", "details.lastSendPid". */
export interface FieldChange {
  readonly name: string;
  /** Undefined where it was not there. */
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The answer. */
export interface Diff {
  readonly before: Pick<Host, "name" | "time" | "bootId">;
  readonly after: Pick<Host, "name" | "time" | "bootId">;
  /** True when the machine was started anew in between: then nothing is the same. */
  readonly rebooted: boolean;
  readonly processes: Changes<ProcessRecord> & {
    readonly changed: readonly Changed<ProcessRecord>[];
  };
  readonly objects: Changes<ObjectRecord> & { readonly changed: readonly Changed<ObjectRecord>[] };
  readonly holds: Changes<Hold>;
  readonly waits: Changes<Wait>;
  readonly links: Changes<Link>;
}

/**
 * What was made, what is gone and what has changed. A process is known by its pid and its start, an
 * object by its address and by what tells it from a later one of that address. Where two commands
 * have looked, neither is a change, nor is what each had for itself alone.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for what is no snapshot.
 */
export function diff(before: Snapshot, after: Snapshot): Diff {
  for (const one of [before, after]) checkSnapshot(one);
  const [old, now] = [placeOf(before), placeOf(after)];
  const rebooted = old.bootId !== now.bootId && old.bootId !== null && now.bootId !== null;
  const sides = (snapshot: Snapshot): Sides => ({
    snapshot,
    // After a reboot the same words name other things.
    boot: rebooted ? (snapshot.host.bootId ?? "") : "",
    starts: new Map(snapshot.processes.map(({ pid, startTicks }) => [pid, startTicks])),
  });
  const isSameLooker = before.host.pid === after.host.pid;
  const seen = (one: Snapshot): Sides => sides(isSameLooker ? one : withoutLooker(one));
  const [left, right] = [seen(before), seen(after)];
  return {
    before: old,
    after: now,
    rebooted,
    processes: compared(left, right, processesOf, fieldsOfProcess),
    objects: compared(left, right, objectsOf, fieldsOfObject),
    holds: changes(left, right, holdsOf),
    waits: changes(left, right, waitsOf),
    links: changes(left, right, linksOf),
  };
}

/** Without the command that has looked, and what nobody else had to do with: that is no change. */
function withoutLooker(snapshot: Snapshot): Snapshot {
  const { pid } = snapshot.host;
  if (pid === undefined) return snapshot;
  const isOthers = (fact: { readonly pid: number }): boolean => fact.pid !== pid;
  const facts = [...snapshot.holds, ...snapshot.waits];
  const others = new Set(facts.filter(isOthers).map(({ object }) => object));
  const own = new Set(facts.map(({ object }) => object).filter((object) => !others.has(object)));
  return {
    ...snapshot,
    processes: snapshot.processes.filter(isOthers),
    objects: snapshot.objects.filter(({ address }) => !own.has(address)),
    holds: snapshot.holds.filter(isOthers),
    waits: snapshot.waits.filter((wait) => isOthers(wait) && wait.object !== `pid:${pid}`),
    links: snapshot.links.filter(({ from, to }) => !own.has(from) && !own.has(to)),
  };
}

function placeOf({ host: { name, time, bootId } }: Snapshot): Diff["before"] {
  return { name, time, bootId };
}

interface Sides {
  readonly snapshot: Snapshot;
  readonly boot: string;
  readonly starts: ReadonlyMap<number, number>;
}

type Named<Fact> = ReadonlyMap<string, Fact>;
type Naming<Fact> = (side: Sides) => Named<Fact>;

/** By a name that tells each from all others; of facts that are equal in all, one stands. */
function byName<Fact>(
  { boot }: Sides,
  facts: readonly Fact[],
  name: (fact: Fact) => readonly unknown[],
): Named<Fact> {
  return new Map(facts.map((fact) => [[boot, ...name(fact)].join("\0"), fact]));
}

const processesOf: Naming<ProcessRecord> = (side) =>
  byName(side, side.snapshot.processes, ({ pid, startTicks }) => [pid, startTicks]);

/** What of an object's details stays for its life, and is another's of the next of that address. */
const creation = ["sequence", "inode", "device", "cookie", "createdAt", "creatorPid"] as const;

const objectsOf: Naming<ObjectRecord> = (side) =>
  byName(side, side.snapshot.objects, ({ address, kind, details }) => [
    address,
    kind,
    ...creation.map((name) => details[name] ?? null),
  ]);

const holdsOf: Naming<Hold> = (side) =>
  byName(side, side.snapshot.holds, ({ pid, object, how, fd, at, mode }) => {
    return [pid, side.starts.get(pid), object, how, fd, at, mode];
  });

const waitsOf: Naming<Wait> = (side) =>
  byName(side, side.snapshot.waits, ({ pid, tid, object, operation, parts = [], text }) => {
    return [pid, side.starts.get(pid), tid, object, operation, parts, text];
  });

const linksOf: Naming<Link> = (side) =>
  byName(side, side.snapshot.links, ({ from, to, kind, direction }) => [from, to, kind, direction]);

function changes<Fact>(left: Sides, right: Sides, naming: Naming<Fact>): Changes<Fact> {
  const [before, after] = [naming(left), naming(right)];
  return { created: without(after, before), gone: without(before, after) };
}

function without<Fact>(facts: Named<Fact>, others: Named<Fact>): readonly Fact[] {
  return [...facts].filter(([name]) => !others.has(name)).map(([, fact]) => fact);
}

type Fields = Readonly<Record<string, Value | undefined>>;

function compared<Fact>(
  left: Sides,
  right: Sides,
  naming: Naming<Fact>,
  fieldsOf: (fact: Fact) => Fields,
): Changes<Fact> & { readonly changed: readonly Changed<Fact>[] } {
  const [before, now] = [naming(left), naming(right)];
  const changed = [...now].flatMap(([name, after]): Changed<Fact>[] => {
    const old = before.get(name);
    const fields = old === undefined ? [] : fieldChanges(fieldsOf(old), fieldsOf(after));
    return fields.length === 0 ? [] : [{ after, fields }];
  });
  return { created: without(now, before), gone: without(before, now), changed };
}

function fieldChanges(before: Fields, after: Fields): FieldChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !isSame(before[name] ?? null, after[name] ?? null))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

function isSame(before: Value, after: Value): boolean {
  if (before === after) return true;
  const plain = typeof before !== "object" || typeof after !== "object";
  return !plain && toJson(before) === toJson(after);
}

/** Whether it runs at this moment and how many threads it has is no change of what it is. */
function fieldsOfProcess(process: ProcessRecord): Fields {
  const { ppid, comm, cmdline, uid, gid, cgroup, namespaces } = process;
  return { ppid, comm, cmdline, uid, gid, cgroup, ...within("namespaces", { ...namespaces }) };
}

function fieldsOfObject(object: ObjectRecord): Fields {
  const { uid, gid, mode, aliases, flags, used, limit, details, parts = [] } = object;
  const ofParts = parts.map(({ address, used: amounts }) => within(address, amounts));
  return Object.assign(
    { uid, gid, mode, aliases, flags },
    within("used", used),
    within("limit", limit),
    within("details", details),
    ...ofParts,
  );
}

function within(name: string, values: Fields): Fields {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [`${name}.${field}`, value]),
  );
}
