/** Every fanotify(7) group: what it has marked, whether it can stop others, who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord, Value, Wait } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import type { DescriptorWait } from "../../io/seeing/descriptor-waits.ts";
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
import { permissionFindings, permissionWaits } from "./permission-waits.ts";
import { mountPointsOf, pathDetails, pathOf } from "./watched-paths.ts";

/** As in inotify-see.ts. */
const INFO_MAX = 65_536;

const FAN_CLASS_CONTENT = 4;
const FAN_CLASS_PRE_CONTENT = 8;

/** Objects, holds and waits of the kind "fanotify". */
export function seeFanotifies(view: View): Partial<Sight> {
  const all = openDescriptions(view, "fanotify");
  const stopped = permissionWaits(view, all);
  return {
    objects: all.map((one) => objectOf(view, one)),
    holds: all.flatMap(holdsOf),
    waits: [...describedWaits(view, "fanotify", waitWords), ...stopped],
    findings: permissionFindings(view, all, stopped),
  };
}

function waitWords({ operation }: DescriptorWait): Partial<Wait> {
  return { text: operation === "write" ? "room for its answer" : "an event of what it has marked" };
}

function objectOf(view: View, description: OpenDescription): ObjectRecord {
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
      marks: marks.map((mark) => markDetails(view, mark)),
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

function markDetails(view: View, mark: FanotifyMark): Value {
  const { target, mask, ignored } = mark;
  return {
    ...targetDetails(view, target),
    events: flagNames(fanotifyEvents, mask),
    ...(ignored === 0 ? {} : { ignored: flagNames(fanotifyEvents, ignored) }),
    asksPermission: asksPermission(mark),
  };
}

function targetDetails(view: View, target: FanotifyTarget): { readonly [name: string]: Value } {
  const { what } = target;
  if (what === "mount") {
    const { mountId } = target;
    return { what, mountId, mountPoints: mountPointsOf({ mountId }) };
  }
  if (what === "mount-namespace") return { what, inode: target.inode };
  const { major, minor } = deviceOf(target.device);
  const device = `${major}:${minor}`;
  if (what === "file-system") return { what, device, mountPoints: mountPointsOf(target) };
  const { inode } = target;
  const number = inode <= Number.MAX_SAFE_INTEGER ? Number(inode) : inode;
  return { what, ...pathDetails(pathOf(view, target)), device, inode: number };
}
