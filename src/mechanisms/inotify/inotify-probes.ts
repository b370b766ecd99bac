/** What this kernel offers of inotify(7) and fanotify(7), by the limits that it has of them. */
import type { Probe } from "../../io/room.ts";
import { readSysctl } from "../../io/sysv/sysctl.ts";

/** The limits are there where the mechanism is. */
export function inotifyProbes(): readonly Probe[] {
  return [
    told("inotify instances", "fs/inotify/max_user_instances", "this kernel has no inotify"),
    told("fanotify groups", "fs/fanotify/max_user_groups", "no fanotify, or before Linux 5.13"),
  ];
}

function told(feature: string, sysctl: string, why: string): Probe {
  const available = readSysctl(sysctl) !== undefined;
  return { feature, available, reason: available ? "" : why };
}
