/** The record and the holds of what is behind descriptors without a path. */
import type { Hold, ObjectRecord } from "../schema.ts";
import { holdOf } from "./descriptors.ts";
import type { OpenDescription } from "./open-descriptions.ts";

/** What only its room knows of it. */
export type DescribedFacts = Pick<ObjectRecord, "title" | "details"> &
  Partial<Pick<ObjectRecord, "used" | "limit" | "flags" | "unknown" | "source">>;

/** As the schema has it. Such a thing has no owner, no mode and no namespace. */
export function recordOf(description: OpenDescription, facts: DescribedFacts): ObjectRecord {
  const { address, aliases } = description;
  return {
    address,
    aliases,
    kind: address.slice(0, address.indexOf(":")),
    namespace: null,
    uid: null,
    gid: null,
    mode: null,
    used: {},
    limit: {},
    changedAt: null,
    flags: [],
    source: ["/proc/PID/fdinfo"],
    ...facts,
    unknown: { ...ownerUnknown, ...description.unknown, ...facts.unknown },
  };
}

const ownerUnknown = { uid: "an anonymous inode has no owner" } as const;

/** Everybody who has it open. */
export function holdsOf({ address, held }: OpenDescription): Hold[] {
  return held.map((one) => holdOf(one, address));
}
