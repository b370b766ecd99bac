/** What bounds inotify and fanotify, and how much of it this user has in use. */
import type { Limit } from "../../io/room.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import { ownUse } from "./inotify-use.ts";

/** The limits of this room, as far as this kernel has them. They hold for each user. */
export function inotifyLimits(): readonly Limit[] {
  const { instances, watches, groups, marks } = ownUse();
  const inotify = "fs/inotify/max_user_";
  const fanotify = "fs/fanotify/max_user_";
  return [
    ...limit(`${inotify}instances`, "inotify instances of this user", "instances", instances),
    ...limit(`${inotify}watches`, "files watched by inotify for this user", "watches", watches),
    ...limit(`${fanotify}groups`, "fanotify groups of this user", "groups", groups),
    ...limit(`${fanotify}marks`, "fanotify marks of this user", "marks", marks),
    ...limit(
      "fs/inotify/max_queued_events",
      "events waiting in one inotify instance",
      "events",
      null,
    ),
  ];
}

function limit(path: string, what: string, unit: string, used: number | null): readonly Limit[] {
  const most = readSysctlNumber(path);
  if (most === undefined || Number.isNaN(most)) return [];
  const name = path.replaceAll("/", ".");
  return [{ what, name, unit, limit: most, used, raise: `sysctl -w ${name}=NUMBER` }];
}
