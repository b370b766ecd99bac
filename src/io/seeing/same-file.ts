/**
 * Which of many descriptors that look alike are open on the same file (kcmp(2)). First each is
 * compared with the same number in the process that it was forked from and in its elder sibling:
 * where hundreds have inherited one file, that is a call or two for each. What is left is sorted by
 * the order that the kernel gives, with n log n calls. Pairs are never compared.
 */
import { nameOf } from "../../sys/errno.ts";
import { isSameFile, kcmpFiles } from "../../sys/kcmp.ts";
import type { View } from "../room.ts";
import type { Held } from "./descriptors.ts";
import { oncePerView } from "./once.ts";

/** Those who hold one open file, the lowest process first; or one of whom that is not known. */
export interface Group {
  readonly held: readonly Held[];
  /**
   * Why others of those that look alike may hold the same: "too-many" to compare, or the kernel's
   * refusal, "EPERM"; undefined where that is known.
   */
  readonly undecided: string | undefined;
}

/**
 * For all kinds together, about 40 milliseconds: anybody may have thousands that look alike. The
 * small groups come first, so that one crowd does not keep the others from being told apart.
 */
const COMPARISONS_MAX = 32_768;

const spent = oncePerView(() => ({ comparisons: 0 }));

/** Tells apart within each list, in the order of the processes. */
export function groupsOfOneFile(view: View, alike: readonly (readonly Held[])[]): readonly Group[] {
  const bySize = alike.toSorted((a, b) => a.length - b.length);
  const groups: Group[] = [];
  for (const held of bySize) {
    if (held.length === 1) groups.push({ held, undecided: undefined });
    else groups.push(...compared(view, held));
  }
  return groups;
}

/** By process, then by number. */
export function byHolder(a: Held, b: Held): number {
  return a.process.pid - b.process.pid || a.descriptor.fd - b.descriptor.fd;
}

function compared(view: View, alike: readonly Held[]): readonly Group[] {
  const families = familiesOf(view, alike.toSorted(byHolder));
  const count = families.length;
  const cost = count * (Math.ceil(Math.log2(count)) + 2);
  if (!afford(view, cost)) return apart(families, "too-many");
  return joined(families);
}

function afford(view: View, comparisons: number): boolean {
  const budget = spent(view);
  if (budget.comparisons + comparisons > COMPARISONS_MAX) return false;
  budget.comparisons += comparisons;
  return true;
}

/**
 * A family is those who have one file under one number since their parent had it, who may have closed
 * it since, or may be gone: so each is compared with its parent and its elder sibling.
 */
function familiesOf(view: View, inOrder: readonly Held[]): readonly (readonly Held[])[] {
  const places = new Map(inOrder.map((held) => [placeOf(held, held.process.pid), held]));
  const elders = new Map<string, Held>();
  const familyOf = new Map<Held, Held[]>();
  for (const held of parentsFirst(inOrder)) {
    const place = placeOf(held, held.process.ppid);
    const relatives = [places.get(place), elders.get(place)];
    elders.set(place, held);
    const family = relatives.find((one) => isRelated(view, one, held));
    const own = (family && familyOf.get(family)) ?? [];
    own.push(held);
    familyOf.set(held, own);
  }
  return [...new Set(familyOf.values())].map((family) => family.toSorted(byHolder));
}

function isRelated(view: View, one: Held | undefined, held: Held): boolean {
  return one !== undefined && afford(view, 1) && isSameFile(key(one), key(held));
}

/** A parent began before its child, though its number may be higher. */
function parentsFirst(held: readonly Held[]): readonly Held[] {
  return held.toSorted((a, b) => a.process.startTicks - b.process.startTicks || byHolder(a, b));
}

function placeOf({ descriptor }: Held, pid: number): string {
  return `${pid}/${descriptor.fd}`;
}

function key({ process, descriptor }: Held): { readonly pid: number; readonly fd: number } {
  return { pid: process.pid, fd: descriptor.fd };
}

/** Families of one file, found by the first of each. */
function joined(families: readonly (readonly Held[])[]): readonly Group[] {
  if (families.length === 1) return families.map((held) => ({ held, undecided: undefined }));
  const answers = kcmpFiles(families.flatMap((family) => family.slice(0, 1)).map(key));
  const files = new Map<number, Held[]>();
  const refused: Group[] = [];
  for (const [index, family] of families.entries()) {
    const first = answers[index] ?? -1;
    const others = files.get(first);
    if (first < 0) refused.push({ held: family, undecided: refusal(first) });
    else if (others === undefined) files.set(first, [...family]);
    else others.push(...family);
  }
  const told = [...files.values()].map((all) => ({
    held: all.toSorted(byHolder),
    undecided: undefined,
  }));
  return [...told, ...refused];
}

function apart(families: readonly (readonly Held[])[], reason: string): readonly Group[] {
  return families.map((held) => ({ held, undecided: reason }));
}

/** Who has ended, or closed it, meanwhile shares it with nobody any more: that is nothing unknown. */
function refusal(errno: number): string | undefined {
  const name = nameOf(errno) ?? String(errno);
  return name === "ESRCH" || name === "EBADF" ? undefined : name;
}
