/** Every inotify(7) instance: what it watches, whose it is, who waits for its events. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord, Value } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { flagNames } from "../../wire/flag-names.ts";
import { deviceOf } from "../../wire/proc/fdinfo/device.ts";
import { decodeInotify, type InotifyWatch, inotifyEvents } from "../../wire/proc/fdinfo/inotify.ts";
import { pathDetails, pathOf } from "./watched-paths.ts";

/** The walk keeps so much of a text (FDINFO_MAX in native/engines/walk.c): some 500 watches. */
const INFO_MAX = 65_536;

/** Objects, holds and waits of the kind "inotify". */
export function seeInotifies(view: View): Partial<Sight> {
  const all = openDescriptions(view, "inotify").map((description) => ({
    description,
    watches: decodeInotify(description.info),
  }));
  const counts = new Map(all.map((one) => [one.description.address, one.watches.length]));
  return {
    objects: all.map((one) => objectOf(view, one)),
    holds: all.flatMap(({ description }) => holdsOf(description)),
    waits: describedWaits(view, "inotify", () => ({})).map((wait) => {
      const watches = counts.get(wait.object) ?? 0;
      return { ...wait, text: wordsFor(watches), need: { watches } };
    }),
  };
}

function wordsFor(watches: number): string {
  if (watches === 0) return "an event, and it watches nothing";
  return `an event in what it watches, ${watches} file${watches === 1 ? "" : "s"}`;
}

interface Inotify {
  readonly description: OpenDescription;
  readonly watches: readonly InotifyWatch[];
}

function objectOf(view: View, { description, watches }: Inotify): ObjectRecord {
  const cut = description.info.length >= INFO_MAX;
  return recordOf(description, {
    title: "inotify instance",
    used: { watches: watches.length },
    details: { watches: watches.map((watch) => watchDetails(view, watch)) },
    ...(cut
      ? { unknown: { watches: "there are more: only the first 64 KiB of fdinfo are read" } }
      : {}),
  });
}

function watchDetails(view: View, watched: InotifyWatch): Value {
  const { watch, inode, device, mask } = watched;
  const { major, minor } = deviceOf(device);
  return {
    watch,
    ...pathDetails(pathOf(view, watched)),
    device: `${major}:${minor}`,
    inode: inode <= Number.MAX_SAFE_INTEGER ? Number(inode) : inode,
    events: flagNames(inotifyEvents, mask),
  };
}
