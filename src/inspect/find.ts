/** From an address to what it names in a snapshot. */
import type { Hold, ObjectRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { type PartAddress, rooms } from "../mechanisms/rooms.ts";
import { outOfRange, wrongType } from "../sys/errors.ts";

/** What a question is about: a process, one of its descriptors, or the object at an address. */
export type Subject =
  | { readonly pid: number }
  | { readonly descriptor: OneDescriptor }
  | { readonly address: string };

/** One open descriptor of a process. */
export interface OneDescriptor {
  readonly pid: number;
  readonly fd: number;
}

const PID_MAX = 2 ** 22;

/**
 * Reads "msg:0", "msg:0x2A", "@4026532178/msg:0" (of another namespace, by its inode number),
 * "pid:28817/fd/3", "pid:28817", "28817" or 28817, and puts an address into its one printed form.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address, or of no known kind.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function subjectOf(text: string | number): Subject {
  if (typeof text !== "string" && typeof text !== "number") {
    throw wrongType("address", "a string or a number", text);
  }
  const { namespace, rest } = placeIn(String(text));
  const process = namespace === "" ? processIn(rest) : undefined;
  if (process !== undefined) return process;
  const [, name = "", ofKind = ""] = /^([a-z][a-z0-9-]*):(.*)$/s.exec(rest) ?? [];
  const kinds = rooms.flatMap((room) => room.kinds);
  const kind = kinds.find((one) => one.name === name);
  if (kind !== undefined) return { address: namespace + kind.parse(ofKind) };
  const forms = ["pid:N", "pid:N/fd/M", ...kinds.flatMap((one) => one.forms)];
  throw outOfRange("address", `one of ${forms.join(", ")}`, text);
}

/** An address, and before it the namespace that it is meant in: "@4026532178/", or nothing. */
export interface PlacedAddress {
  readonly namespace: string;
  readonly rest: string;
}

/** Tells the namespace of an address from what names the object there. */
export function placeIn(address: string): PlacedAddress {
  const namespace = /^@\d{1,15}\//.exec(address)?.[0] ?? "";
  return { namespace, rest: address.slice(namespace.length) };
}

/** The word before the colon of an address, of whatever namespace: "msg". */
export function kindNameOf(address: string): string {
  const { rest } = placeIn(address);
  return rest.slice(0, Math.max(0, rest.indexOf(":")));
}

const FD_MAX = 2 ** 31 - 1;

function processIn(text: string): Subject | undefined {
  const [, word, number, descriptor] = /^(pid:)?(\d{1,9})(?:\/fd\/(\d{1,10}))?$/.exec(text) ?? [];
  const pid = Number(number);
  if (number === undefined || pid < 1 || pid > PID_MAX) return undefined;
  if (descriptor === undefined) return { pid };
  const fd = Number(descriptor);
  return word === undefined || fd > FD_MAX ? undefined : { descriptor: { pid, fd } };
}

/**
 * The object at an address, in any of its forms, or the one of which the address names a part;
 * undefined when it is not in the snapshot.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function findObject(snapshot: Snapshot, address: string): ObjectRecord | undefined {
  checkSnapshot(snapshot);
  const subject = subjectOf(address);
  return "pid" in subject ? undefined : findSubject(snapshot, subject)?.object;
}

/** What an address or a descriptor names; undefined when that is not in the snapshot. */
export function findSubject(
  snapshot: Snapshot,
  subject: Exclude<Subject, { readonly pid: number }>,
): Place | undefined {
  if ("address" in subject) return findPlace(snapshot, subject.address);
  const holds = heldThrough(snapshot, subject.descriptor);
  const hold = holds.find(({ how }) => how === "descriptor") ?? holds[0];
  return hold && findPlace(snapshot, hold.object);
}

/** An object, and the address of the part of it that was asked for. */
export interface Place {
  readonly object: ObjectRecord;
  /** Null: the whole object. */
  readonly part: string | null;
}

/** What an address in its printed form names; undefined when that is not in the snapshot. */
export function findPlace(snapshot: Snapshot, address: string): Place | undefined {
  const named = partIn(address);
  const object = objectAt(snapshot, named?.whole ?? address);
  if (object === undefined || named === undefined) return object && { object, part: null };
  const part = object.address + named.part;
  const known = object.parts?.some((one) => one.address === part) ?? false;
  return known || mayHavePart(object, named.part) ? { object, part } : undefined;
}

/** By its address, by an alias, or by its own name behind the namespace that it lives in. */
function objectAt({ objects }: Snapshot, wanted: string): ObjectRecord | undefined {
  const found =
    objects.find((one) => one.address === wanted) ??
    objects.find((one) => one.aliases.includes(wanted));
  const { namespace, rest } = placeIn(wanted);
  if (found !== undefined || namespace === "") return found;
  const inode = Number(namespace.slice(1, -1));
  return objects.find(
    ({ namespace: home, address, aliases }) =>
      home === inode && (address === rest || aliases.includes(rest)),
  );
}

/** Where not all parts were looked at, one may be there all the same, if the object has so many. */
function mayHavePart({ unknown, partCount }: ObjectRecord, part: string): boolean {
  if (!("parts" in unknown)) return false;
  const index = /\d+$/.exec(part)?.[0];
  return partCount === undefined || index === undefined || Number(index) < partCount;
}

/** What an address in its printed form says of a part; undefined where it names a whole object. */
export function partIn(address: string): PartAddress | undefined {
  const { namespace, rest } = placeIn(address);
  const name = kindNameOf(rest);
  const kind = rooms.flatMap((room) => room.kinds).find((one) => one.name === name);
  const named = kind?.partIn?.(rest);
  return named && { whole: namespace + named.whole, part: named.part };
}

/** The objects that a descriptor is open on: more than one where a lock was taken through it. */
export function heldThrough({ holds }: Snapshot, { pid, fd }: OneDescriptor): readonly Hold[] {
  return holds.filter((hold) => hold.pid === pid && hold.fd === fd);
}

/** True for a wait that may be for this part; what it waits for is not always known. */
export function concernsPart({ parts }: Pick<Wait, "parts">, part: string | null): boolean {
  return part === null || parts === undefined || parts.includes(part);
}

/**
 * The process of that number; undefined when it is not in the snapshot.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for what is no snapshot.
 */
export function findProcess(snapshot: Snapshot, pid: number): ProcessRecord | undefined {
  checkSnapshot(snapshot);
  return snapshot.processes.find((process) => process.pid === pid);
}

const lists = ["gaps", "processes", "objects", "holds", "waits", "links", "findings"] as const;

/** @throws TypeError (ERR_INVALID_ARG_TYPE) for what cannot be asked as a snapshot. */
export function checkSnapshot(snapshot: Snapshot): void {
  const isSnapshot =
    typeof snapshot === "object" &&
    snapshot !== null &&
    lists.every((list) => Array.isArray(snapshot[list]));
  if (!isSnapshot) throw wrongType("snapshot", "what snapshot() gives", snapshot);
}
