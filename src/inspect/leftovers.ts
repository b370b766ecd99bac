/** leftovers(): what has leaked, object by object, and whether removing it can hurt anybody. */
import type { Finding, ObjectRecord, Snapshot } from "../io/schema.ts";
import { toJson } from "./json.ts";
import { leaks } from "./leaks.ts";

/** An object that looks left over. */
export interface Leftover {
  readonly object: ObjectRecord;
  /** As in Finding.removal. */
  readonly removal: "safe" | "likely" | "keep";
  /** Sentences: what speaks for its having leaked, and what against. */
  readonly evidence: readonly string[];
  readonly finding: Finding;
}

const order = ["safe", "likely", "keep"] as const;

/**
 * The objects of all leaks, the safest to remove first. A room's word is taken, unless the snapshot
 * itself shows a user or says that there may be one who is not seen: those are to be kept.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for what is no snapshot.
 */
export function leftovers(snapshot: Snapshot): readonly Leftover[] {
  const found = leaks(snapshot);
  const objects = new Map(snapshot.objects.map((object) => [object.address, object]));
  const users = new Set([...snapshot.holds, ...snapshot.waits].map(({ object }) => object));
  const all = found.flatMap((finding) =>
    finding.objects.flatMap((address) => {
      const object = objects.get(address);
      return object === undefined ? [] : [leftoverOf(object, finding, users.has(address))];
    }),
  );
  return order.flatMap((removal) => all.filter((one) => one.removal === removal));
}

function leftoverOf(object: ObjectRecord, finding: Finding, isUsed: boolean): Leftover {
  const evidence = finding.text.filter((sentence) => !sentence.startsWith("=>"));
  const unseen = object.unknown["holders"] ?? object.unknown["waiters"];
  const objections = [
    ...(isUsed ? ["Somebody holds it or waits for it."] : []),
    ...(unseen === undefined ? [] : [`Not all who use it are known: ${unseen}.`]),
  ];
  const removal = objections.length > 0 ? "keep" : (finding.removal ?? "likely");
  return { object, removal, evidence: [...evidence, ...objections], finding };
}

/**
 * Why something that was safe to remove may not be removed any more, by a later snapshot; undefined
 * where that still calls it safe and it is the very same object, with nothing about it changed.
 */
export function objectionTo(before: Leftover, later: Snapshot): string | undefined {
  const { address } = before.object;
  const object = later.objects.find((one) => one.address === address);
  if (object === undefined) return "it is gone";
  if (toJson(object) !== toJson(before.object)) return "it has changed meanwhile";
  const again = leftovers(later).find((one) => one.object.address === address);
  return again?.removal === "safe" ? undefined : "a second look does not call it safe";
}
