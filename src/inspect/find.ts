/** From an address to what it names in a snapshot. */
import type { ObjectRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { type PartAddress, rooms } from "../mechanisms/rooms.ts";
import { outOfRange, wrongType } from "../sys/errors.ts";

/** What a question is about: a process, or the object at an address. */
export type Subject = { readonly pid: number } | { readonly address: string };

const PID_MAX = 2 ** 22;

/**
 * Reads "msg:0", "msg:0x2A", "pid:28817", "28817" or 28817, and puts an address into its one
 * printed form.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address, or of no known kind.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function subjectOf(text: string | number): Subject {
  if (typeof text !== "string" && typeof text !== "number") {
    throw wrongType("address", "a string or a number", text);
  }
  const pid = /^(?:pid:)?(\d{1,9})$/.exec(String(text))?.[1];
  if (pid !== undefined && Number(pid) >= 1 && Number(pid) <= PID_MAX) return { pid: Number(pid) };
  const [, name = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(String(text)) ?? [];
  const kinds = rooms.flatMap((room) => room.kinds);
  const kind = kinds.find((one) => one.name === name);
  if (kind !== undefined) return { address: kind.parse(rest) };
  const forms = ["pid:N", ...kinds.flatMap((one) => one.forms)];
  throw outOfRange("address", `one of ${forms.join(", ")}`, text);
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
  return "address" in subject ? findPlace(snapshot, subject.address)?.object : undefined;
}

/** An object, and the address of the part of it that was asked for. */
export interface Place {
  readonly object: ObjectRecord;
  /** Null: the whole object. */
  readonly part: string | null;
}

/** What an address in its printed form names; undefined when that is not in the snapshot. */
export function findPlace({ objects }: Snapshot, address: string): Place | undefined {
  const named = partIn(address);
  const wanted = named?.whole ?? address;
  const object =
    objects.find((one) => one.address === wanted) ??
    objects.find((one) => one.aliases.includes(wanted));
  if (object === undefined || named === undefined) return object && { object, part: null };
  const part = object.address + named.part;
  const known = object.parts?.some((one) => one.address === part) ?? false;
  return known || "parts" in object.unknown ? { object, part } : undefined;
}

/** What an address in its printed form says of a part; undefined where it names a whole object. */
export function partIn(address: string): PartAddress | undefined {
  const name = address.slice(0, address.indexOf(":"));
  const kind = rooms.flatMap((room) => room.kinds).find((one) => one.name === name);
  return kind?.partIn?.(address);
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
