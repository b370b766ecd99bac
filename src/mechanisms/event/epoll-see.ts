/** Every epoll(7) instance: what it watches, who holds it, who waits for its events. */
import type { Sight, View } from "../../io/room.ts";
import type { Link, ObjectRecord, Value, Wait } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import type { Held } from "../../io/seeing/descriptors.ts";
import {
  addressBehind,
  type OpenDescription,
  openDescriptions,
} from "../../io/seeing/open-descriptions.ts";
import { flagNames } from "../../wire/flag-names.ts";
import {
  decodeEventpoll,
  type EpollTarget,
  epollEvents,
  isDisarmed,
} from "../../wire/proc/fdinfo/eventpoll.ts";
import { fieldOf } from "../../wire/proc/fdinfo/field.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { emptyEpollFindings } from "./epoll-findings.ts";

/** The walk keeps so much of a text (FDINFO_MAX in native/engines/walk.c): some 700 targets. */
const INFO_MAX = 65_536;

/** An instance with what it watches. */
export interface Epoll {
  readonly description: OpenDescription;
  readonly targets: readonly FoundTarget[];
}

/** A watched descriptor, and what it is open on where that is found. */
interface FoundTarget {
  readonly target: EpollTarget;
  readonly descriptor: Descriptor | undefined;
  readonly address: string | undefined;
}

/** Objects, holds, waits, links and findings of the kind "epoll". */
export function seeEpolls(view: View): Partial<Sight> {
  const find = finderIn(view);
  const all = openDescriptions(view, "eventpoll").map((description) => ({
    description,
    targets: decodeEventpoll(description.info).map((target) => find(description.held, target)),
  }));
  const counts = new Map(all.map((epoll) => [epoll.description.address, epoll]));
  const waits = describedWaits(view, "eventpoll", () => ({})).map((wait) =>
    withWords(wait, counts.get(wait.object)),
  );
  return {
    objects: all.map(objectOf),
    holds: all.flatMap(({ description }) => holdsOf(description)),
    waits,
    links: all.flatMap(linksOf),
    findings: emptyEpollFindings(view, all, waits),
  };
}

/** Who held it first has most likely added what it watches; a few others are asked too. */
const HOLDERS_ASKED = 4;

/** The descriptor that was added, as far as the same number still is open on the same inode. */
function finderIn(view: View): (held: readonly Held[], target: EpollTarget) => FoundTarget {
  const tables = new Map<number, ReadonlyMap<number, Descriptor>>();
  const tableOf = ({ process }: Held): ReadonlyMap<number, Descriptor> => {
    const known = tables.get(process.pid);
    if (known !== undefined) return known;
    const table = new Map(process.descriptors?.map((one) => [one.fd, one]));
    tables.set(process.pid, table);
    return table;
  };
  return (held, target) => {
    for (const one of held.slice(0, HOLDERS_ASKED)) {
      const descriptor = tableOf(one).get(target.fd);
      if (descriptor === undefined || !isSame(descriptor, target)) continue;
      return { target, descriptor, address: addressBehind(view, descriptor) };
    }
    return { target, descriptor: undefined, address: undefined };
  };
}

/** False where the number has been given to another file since. */
function isSame({ inode, info }: Descriptor, { file }: EpollTarget): boolean {
  const now = inode ?? (info === undefined ? undefined : fieldOf(info, "ino"));
  return file === undefined || now === undefined || String(now) === String(file.inode);
}

function objectOf({ description, targets }: Epoll): ObjectRecord {
  const cut = description.info.length >= INFO_MAX;
  return recordOf(description, {
    title: "epoll instance",
    used: { targets: targets.length },
    details: { targets: targets.map(targetDetails) },
    ...(cut
      ? { unknown: { targets: "there are more: only the first 64 KiB of fdinfo are read" } }
      : {}),
  });
}

function targetDetails({ target, descriptor, address }: FoundTarget): Value {
  return {
    fd: target.fd,
    events: flagNames(epollEvents, target.events),
    open: descriptor?.target ?? null,
    address: address ?? null,
    ...(isDisarmed(target) ? { disarmed: true } : {}),
  };
}

function linksOf({ description, targets }: Epoll): Link[] {
  return targets.flatMap(({ address }) => {
    if (address === undefined) return [];
    return [{ from: description.address, to: address, kind: "watches", direction: "forward" }];
  });
}

function withWords(wait: Wait, epoll: Epoll | undefined): Wait {
  const targets = epoll?.targets ?? [];
  const [only] = targets;
  if (targets.length === 0) return { ...wait, text: "an event, and it watches nothing" };
  const what =
    targets.length === 1 ? `descriptor ${only?.target.fd}` : `${targets.length} descriptors`;
  return { ...wait, text: `an event on ${what}`, need: { descriptors: targets.length } };
}
