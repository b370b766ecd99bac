/** From an address to what it names in a snapshot. */
import type { ObjectRecord, ProcessRecord, Snapshot } from "../io/schema.ts";
import { rooms } from "../mechanisms/rooms.ts";
import { outOfRange } from "../sys/errors.ts";

/** What a question is about: a process, or the object at an address. */
export type Subject = { readonly pid: number } | { readonly address: string };

const PID_MAX = 2 ** 22;

/**
 * Reads "msg:0", "msg:0x2A", "pid:28817", "28817" or 28817, and puts an address into its one
 * printed form.
 * @throws RangeError (ERR_OUT_OF_RANGE) where the text is no address, or of no known kind.
 */
export function subjectOf(text: string | number): Subject {
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
 * The object at an address, in any of its forms; undefined when it is not in the snapshot.
 * @throws RangeError where the text is no address.
 */
export function findObject(snapshot: Snapshot, address: string): ObjectRecord | undefined {
  const subject = subjectOf(address);
  if (!("address" in subject)) return undefined;
  const wanted = subject.address;
  return (
    snapshot.objects.find((object) => object.address === wanted) ??
    snapshot.objects.find((object) => object.aliases.includes(wanted))
  );
}

/** The process of that number; undefined when it is not in the snapshot. */
export function findProcess(snapshot: Snapshot, pid: number): ProcessRecord | undefined {
  return snapshot.processes.find((process) => process.pid === pid);
}
