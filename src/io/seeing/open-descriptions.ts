/**
 * What is behind descriptors that have no path: which of them are one open file description, held by
 * several processes since a fork or because it was sent, and how that is addressed.
 *
 * Some tell by a number of their own. Of the others only those are compared of which the kernel says
 * the same (same-file.ts).
 */
import { decodeEventfd } from "../../wire/proc/fdinfo/eventfd.ts";
import { fieldOf } from "../../wire/proc/fdinfo/field.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import type { View } from "../room.ts";
import type { Gap, Unknown } from "../schema.ts";
import { descriptorsOfKind, type Held } from "./descriptors.ts";
import { oncePerView } from "./once.ts";
import { byHolder, type Group, groupsOfOneFile } from "./same-file.ts";

/** One open file description. */
export interface OpenDescription {
  /** "eventfd:7" where the kernel numbers them, else by who holds it: "epoll:120/5". */
  readonly address: string;
  /** The same by its other holders, as long as they are few. */
  readonly aliases: readonly string[];
  /** Every descriptor of it that is seen, the lowest process first; at least one. */
  readonly held: readonly Held[];
  /** The text of fdinfo; empty where it could not be read. */
  readonly info: string;
  /** With `holders` in it, others may hold the same, and it cannot be told. */
  readonly unknown: Unknown;
  /** The reason of that, as in same-file.ts. */
  readonly undecided: string | undefined;
}

/** How a kind is known apart. */
interface Identity {
  /** The word before the colon of its addresses. */
  readonly name: string;
  /** The number that only it has; undefined where this kernel gives none. */
  readonly number?: (info: string, view: View) => number | bigint | undefined;
  /** What changes by itself, and so says nothing of its identity. */
  readonly passing?: RegExp;
}

/** The kinds of descriptor that are told apart here, in the words of wire/proc/descriptor.ts. */
export type DescribedKind =
  | "eventfd"
  | "eventpoll"
  | "timerfd"
  | "signalfd"
  | "io_uring"
  | "pidfd"
  | "inotify"
  | "fanotify";

const identities: Readonly<Record<DescribedKind, Identity>> = {
  eventfd: {
    name: "eventfd",
    number: (info) => decodeEventfd(info)?.id,
    passing: /^eventfd-count.*$/gm,
  },
  eventpoll: { name: "epoll" },
  timerfd: { name: "timerfd", passing: /^(?:ticks|it_value).*$/gm },
  signalfd: { name: "signalfd" },
  io_uring: { name: "io-uring", number: ownInode, passing: /^Sq.*$/ms },
  pidfd: { name: "pidfd", number: ownInode },
  inotify: { name: "inotify" },
  fanotify: { name: "fanotify" },
};

/**
 * Since Linux 6.9 a process has an inode that is its own, and an io_uring since 5.12; before, all
 * anonymous descriptors share one.
 */
function ownInode(info: string, view: View): number | bigint | undefined {
  const { inode } = fdinfoOf(info);
  const shared = sharedInode(view).inode;
  return shared === undefined || inode === shared ? undefined : inode;
}

/** The inode of whatever has none of its own: this process at least has such descriptors. */
const sharedInode = oncePerView((view) => {
  for (const kind of ["eventpoll", "eventfd", "timerfd", "signalfd", "inotify"]) {
    for (const { descriptor } of descriptorsOfKind(view, kind)) {
      const { inode } = fdinfoOf(descriptor.info ?? "");
      if (inode !== undefined) return { inode };
    }
  }
  return { inode: undefined };
});

/** Everything of that kind that is open, each once, by the lowest process that holds it. */
export function openDescriptions(view: View, kind: DescribedKind): readonly OpenDescription[] {
  const known = described(view);
  let descriptions = known.get(kind);
  if (descriptions === undefined) {
    descriptions = describe(view, kind);
    known.set(kind, descriptions);
  }
  return descriptions;
}

const described = oncePerView(() => new Map<DescribedKind, readonly OpenDescription[]>());
const addresses = oncePerView(() => new Map<DescribedKind, ReadonlyMap<Descriptor, string>>());

/** The address of what a descriptor is open on; undefined of kinds that are not told apart here. */
export function addressBehind(view: View, descriptor: Descriptor): string | undefined {
  const { kind } = descriptor;
  if (kind === "pipe" && descriptor.inode !== null) return `pipe:${descriptor.inode}`;
  if (!isDescribed(kind)) return undefined;
  let known = addresses(view).get(kind);
  if (known === undefined) {
    known = addressesIn(openDescriptions(view, kind));
    addresses(view).set(kind, known);
  }
  return known.get(descriptor);
}

function addressesIn(all: readonly OpenDescription[]): ReadonlyMap<Descriptor, string> {
  const known = new Map<Descriptor, string>();
  for (const { address, held } of all) {
    for (const { descriptor } of held) known.set(descriptor, address);
  }
  return known;
}

function isDescribed(kind: string): kind is DescribedKind {
  return Object.hasOwn(identities, kind);
}

function describe(view: View, kind: DescribedKind): readonly OpenDescription[] {
  const identity = identities[kind];
  const numbered = new Map<string, Held[]>();
  const alike = new Map<string, Held[]>();
  for (const held of descriptorsOfKind(view, kind)) {
    const info = held.descriptor.info ?? "";
    const number = identity.number?.(info, view);
    if (number !== undefined) add(numbered, String(number), held);
    else add(alike, steadyPart(info, identity), held);
  }
  return [
    ...[...numbered].map(([number, all]) => numberedOne(identity.name, number, all)),
    ...groupsOfOneFile(view, [...alike.values()]).map((group) =>
      namedByHolder(identity.name, group),
    ),
  ];
}

function add(groups: Map<string, Held[]>, key: string, held: Held): void {
  const others = groups.get(key);
  if (others === undefined) groups.set(key, [held]);
  else others.push(held);
}

/** Whether it is closed by execve(2) belongs to the descriptor and not to what is behind it. */
const O_CLOEXEC = 0o2000000;

/** All from the mount on, and the flags but for that one. */
function steadyPart(info: string, { passing }: Identity): string {
  const text = passing === undefined ? info : info.replace(passing, "");
  const flags = Number.parseInt(fieldOf(info, "flags") ?? "0", 8);
  return `${flags & ~O_CLOEXEC}\n${text.slice(text.indexOf("mnt_id:"))}`;
}

function numberedOne(name: string, number: string, all: readonly Held[]): OpenDescription {
  const held = all.length === 1 ? all : all.toSorted(byHolder);
  const aliases = held.map((one) => holderAddress(name, one));
  return made(`${name}:${number}`, aliases, { held, undecided: undefined });
}

function namedByHolder(name: string, { held, undecided }: Group): OpenDescription {
  const [address = "", ...aliases] = held.map((one) => holderAddress(name, one));
  return made(address, aliases, { held, undecided });
}

function holderAddress(name: string, { process, descriptor }: Held): string {
  return `${name}:${process.pid}/${descriptor.fd}`;
}

/** More other names than these help nobody. */
const ALIASES_MAX = 8;

function made(
  address: string,
  aliases: readonly string[],
  { held, undecided }: Group,
): OpenDescription {
  const info = held.find(({ descriptor }) => descriptor.info !== undefined)?.descriptor.info;
  const unread = info === undefined ? { details: "its fdinfo could not be read" } : {};
  const shared = undecided === undefined ? {} : { holders: unlessCompared(undecided) };
  return {
    address,
    aliases: aliases.length > ALIASES_MAX ? [] : aliases,
    held,
    info: info ?? "",
    unknown: { ...shared, ...unread },
    undecided,
  };
}

function unlessCompared(reason: string): string {
  const why = reason === "too-many" ? "too many look alike" : `kcmp(2) ${reason}`;
  return `whether others hold the same was not told: ${why}`;
}

/** One gap a reason: how many things of these kinds may in truth be fewer. */
export function sharingGaps(view: View, kinds: readonly DescribedKind[]): readonly Gap[] {
  const reasons = new Map<string, number>();
  for (const kind of kinds) {
    for (const { undecided } of openDescriptions(view, kind)) {
      if (undecided !== undefined) reasons.set(undecided, (reasons.get(undecided) ?? 0) + 1);
    }
  }
  return [...reasons].map(([reason, count]) => gapOf(reason, count));
}

function gapOf(reason: string, count: number): Gap {
  const what = `Which of ${count} descriptors that look alike are shared was not told`;
  const why = reason === "too-many" ? "they are too many to compare" : `kcmp(2) ${reason}`;
  const out = reason === "EPERM" ? "; run as root" : "";
  return { what: "sharing", reason, count, text: `${what}: ${why}${out}.` };
}
