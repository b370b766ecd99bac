/** The room of FUSE, as the command, the map, the doctor and the tests see it. */
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import type { Limit, Probe, Room } from "../../io/room.ts";
import { nameOf } from "../../sys/errno.ts";
import { close } from "../../sys/fd.ts";
import { openCounts } from "./connections.ts";
import { fuseKind } from "./fuse-kind.ts";
import { seeFuse } from "./fuse-see.ts";

/** The room. */
export const fuseRoom: Room = { name: "fuse", kinds: [fuseKind], probe, limits, see: seeFuse };

function probe(): readonly Probe[] {
  return [serving(), counting()];
}

/** Opening the device begins no connection: that does the mount. */
function serving(): Probe {
  const feature = "serve a file system (/dev/fuse)";
  try {
    closeSync(openSync("/dev/fuse", constants.O_RDWR));
    return { feature, available: true, reason: "" };
  } catch (refused) {
    return { feature, available: false, reason: (refused as Error).message };
  }
}

function counting(): Probe {
  const feature = "count the requests of every connection (fusectl)";
  const fd = openCounts();
  if (fd < 0) return { feature, available: false, reason: `${nameOf(fd) ?? fd}; run as root` };
  close(fd);
  return { feature, available: true, reason: "" };
}

/** For those who mount without CAP_SYS_ADMIN; 0 where the kernel chooses at the first mount. */
function limits(): readonly Limit[] {
  const limit = numberIn("/sys/module/fuse/parameters/max_user_bgreq");
  if (limit === undefined || limit === 0) return [];
  return [
    {
      what: "requests in the background of one FUSE connection of a user without privilege",
      name: "fuse.max_user_bgreq",
      unit: "requests",
      limit,
      used: null,
      raise: "echo NUMBER > /sys/module/fuse/parameters/max_user_bgreq",
    },
  ];
}

function numberIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "latin1"));
  } catch {
    return undefined;
  }
}
