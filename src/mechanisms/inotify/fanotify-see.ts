/** Every fanotify(7) group: what it has marked, whether it can stop others, who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord, Value } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { flagNames } from "../../wire/flag-names.ts";
import { deviceOf } from "../../wire/proc/fdinfo/device.ts";
import {
  asksPermission,
  decodeFanotify,
  type FanotifyMark,
  type FanotifyTarget,
  fanotifyEvents,
  fanotifyInitFlags,
} from "../../wire/proc/fdinfo/fanotify.ts";

/** As in inotify-see.ts. */
const INFO_MAX = 65_536;

const FAN_CLASS_CONTENT = 4;
const FAN_CLASS_PRE_CONTENT = 8;

/** Objects, holds and waits of the kind "fanotify". */
export function seeFanotifies(view: View): Partial<Sight> {
  const all = openDescriptions(view, "fanotify");
  return {
    objects: all.map(objectOf),
    holds: all.flatMap(holdsOf),
    waits: describedWaits(view, "fanotify", ({ operation }) => ({
      text: operation === "write" ? "room for its answer" : "an event of what it has marked",
    })),
  };
}

function objectOf(description: OpenDescription): ObjectRecord {
  const group = decodeFanotify(description.info);
  if (group === undefined) return recordOf(description, { title: "fanotify group", details: {} });
  const { flags, marks } = group;
  const stops = marks.some(asksPermission);
  const cut = description.info.length >= INFO_MAX;
  return recordOf(description, {
    title: "fanotify group",
    used: { marks: marks.length },
    flags: stops ? ["permission"] : [],
    details: {
      class: classOf(flags),
      asksPermission: stops,
      flags: flagNames(fanotifyInitFlags, flags),
      marks: marks.map(markDetails),
    },
    ...(cut
      ? { unknown: { marks: "there are more: only the first 64 KiB of fdinfo are read" } }
      : {}),
  });
}

/** Only the last two may ask for permission; the events of the others come when all is done. */
function classOf(flags: number): string {
  if ((flags & FAN_CLASS_PRE_CONTENT) !== 0) return "pre-content";
  return (flags & FAN_CLASS_CONTENT) !== 0 ? "content" : "notification";
}

function markDetails(mark: FanotifyMark): Value {
  const { target, mask, ignored } = mark;
  return {
    ...targetDetails(target),
    events: flagNames(fanotifyEvents, mask),
    ...(ignored === 0 ? {} : { ignored: flagNames(fanotifyEvents, ignored) }),
    asksPermission: asksPermission(mark),
  };
}

function targetDetails(target: FanotifyTarget): { readonly [name: string]: Value } {
  const { what } = target;
  if (what === "mount") return { what, mountId: target.mountId };
  if (what === "mount-namespace") return { what, inode: target.inode };
  const { major, minor } = deviceOf(target.device);
  const device = `${major}:${minor}`;
  if (what === "file-system") return { what, device };
  const { inode } = target;
  return { what, device, inode: inode <= Number.MAX_SAFE_INTEGER ? Number(inode) : inode };
}
