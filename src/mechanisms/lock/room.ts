/** The room of locks, as the command, the map, the doctor and the tests see it. */
import { accessSync, constants } from "node:fs";
import type { Limit, Probe, Room } from "../../io/room.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import { lockKind } from "./lock-kind.ts";
import { seeLocks } from "./lock-see.ts";

/** The room. */
export const lockRoom: Room = { name: "lock", kinds: [lockKind], probe, limits, see: seeLocks };

function probe(): readonly Probe[] {
  const feature = "see the locks on files (/proc/locks)";
  try {
    accessSync("/proc/locks", constants.R_OK);
    return [{ feature, available: true, reason: "" }, leases()];
  } catch (refused) {
    return [{ feature, available: false, reason: (refused as Error).message }, leases()];
  }
}

function leases(): Probe {
  const feature = "leases on files (F_SETLEASE)";
  if (readSysctlNumber("fs/leases-enable") === 1) return { feature, available: true, reason: "" };
  return {
    feature,
    available: false,
    reason: "fs.leases-enable is 0; sysctl -w fs.leases-enable=1",
  };
}

/** The kernel limits no locks; how long a lease may be kept from others it does. */
function limits(): readonly Limit[] {
  const seconds = readSysctlNumber("fs/lease-break-time");
  if (seconds === undefined) return [];
  return [
    {
      what: "seconds for which a lease that another process breaks may still be kept",
      name: "fs.lease-break-time",
      unit: "seconds",
      limit: seconds,
      used: null,
      raise: "sysctl -w fs.lease-break-time=SECONDS",
    },
  ];
}
