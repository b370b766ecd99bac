/** What bounds epoll instances and what they watch. */
import type { Limit } from "../../io/room.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";

/** The limits of this room, as far as this kernel has them. */
export function eventLimits(): readonly Limit[] {
  return [
    ...sysctl(
      "fs/epoll/max_user_watches",
      "descriptors watched by epoll, for each user",
      "watches",
    ),
    ...sysctl("fs/nr_open", "open descriptors of one process, at most", "descriptors"),
  ];
}

function sysctl(path: string, what: string, unit: string): readonly Limit[] {
  const limit = readSysctlNumber(path);
  if (limit === undefined || Number.isNaN(limit)) return [];
  const name = path.replaceAll("/", ".");
  return [{ what, name, unit, limit, used: null, raise: `sysctl -w ${name}=NUMBER` }];
}
