/** Sentences about an object: what a room concluded of it, or the bare facts. */
import type { Finding, ObjectRecord, PartRecord, Snapshot, Wait } from "../io/schema.ts";
import { concernsPart, partIn } from "./find.ts";
import { aboutWait, named, spaced } from "./process-sentences.ts";
import type { Surroundings } from "./who-helps.ts";

/** What is told from. */
export interface Told {
  readonly around: Surroundings;
  readonly findings: Snapshot["findings"];
}

/** How an object is told of. */
export interface Telling {
  /** Only what concerns this part of it. */
  readonly part?: string | null;
  /** Was said before. */
  readonly told?: Wait;
  /** The conclusions that were; what is said of an object is added. */
  readonly concluded?: Set<Finding>;
}

/** More holders and waiters than these are only counted. */
const NAMES_MAX = 8;

/** What the room concluded; without a conclusion the bare facts, but for one told already. */
export function aboutObject(
  { around, findings }: Told,
  object: ObjectRecord,
  { part = null, told, concluded = new Set() }: Telling,
): string[] {
  const about = findings.filter(({ objects }) => isAbout(objects, object, part));
  const fresh = about.filter((finding) => !concluded.has(finding));
  for (const finding of fresh) concluded.add(finding);
  if (about.length > 0) return fresh.flatMap(({ text }) => text.map(indentRest));
  const waits = waitsAt(around, object, part);
  const others = waits.filter((wait) => wait !== told);
  const waiting = others.slice(0, NAMES_MAX).map((wait) => aboutWait(around, wait));
  const more = others.length - NAMES_MAX;
  const rest = more > 0 ? [`${more} others wait for it too.`] : [];
  const nobody = waits.length === 0 ? ["Nobody is seen to wait for it."] : [];
  const held = heldText(around, object);
  return [stateOfObject(object, part), ...held, ...waiting, ...rest, ...nobody].map(indentRest);
}

/** Those who wait on an object, or on one part of it. */
export function waitsAt(
  { waits }: Surroundings,
  { address }: ObjectRecord,
  part: string | null,
): Wait[] {
  return (waits.get(address) ?? []).filter((wait) => concernsPart(wait, part));
}

function heldText(around: Surroundings, { address }: ObjectRecord): string[] {
  const pids = [...new Set((around.holds.get(address) ?? []).map(({ pid }) => pid))];
  if (pids.length === 0) return [];
  const shown = pids.slice(0, NAMES_MAX).map((pid) => named(around, pid));
  const more = pids.length - shown.length;
  return [`Held by ${shown.join(", ")}${more > 0 ? ` and ${more} others` : ""}.`];
}

/** A conclusion about some parts names them; one that names none is about all of them. */
function isAbout(
  objects: readonly string[],
  { address }: ObjectRecord,
  part: string | null,
): boolean {
  if (!objects.includes(address)) return false;
  const parts = objects.filter((one) => partIn(one)?.whole === address);
  return part === null || parts.length === 0 || parts.includes(part);
}

function stateOfObject(object: ObjectRecord, part: string | null): string {
  const { address, title, parts = [] } = object;
  if (part === null) return `${address} (${title}) holds ${fillOf(object)}${partsOf(parts)}.`;
  const used = Object.entries(parts.find((one) => one.address === part)?.used ?? {});
  const amounts = used.map(([unit, amount]) => `${unit} ${amount}`).join(", ");
  return `${part} is part of ${address} (${title})${amounts === "" ? "" : `: ${amounts}`}.`;
}

/** More parts than these are too many for a sentence. */
const PARTS_MAX = 8;

/** ": value 1, 0, 5" */
function partsOf(parts: readonly PartRecord[]): string {
  const [unit] = Object.keys(parts[0]?.used ?? {});
  if (unit === undefined || parts.length > PARTS_MAX) return "";
  return `: ${spaced(unit)} ${parts.map(({ used }) => used[unit] ?? "?").join(", ")}`;
}

/** The first sentence is the state; the others explain it. */
function indentRest(sentence: string, index: number): string {
  return index === 0 ? sentence : `  ${sentence}`;
}

function fillOf(object: ObjectRecord): string {
  const amounts = Object.entries(object.used).map(([unit, used]) => {
    const limit = object.limit[unit];
    const amount = limit === undefined ? String(used) : `${used} of ${limit}`;
    return `${amount} ${spaced(unit)}`;
  });
  return amounts.length === 0 ? "nothing that is counted" : amounts.join(", ");
}
