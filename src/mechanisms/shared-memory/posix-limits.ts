/** How much fits into /dev/shm, which is a file system of a size of its own. */
import { type StatsFs, statfsSync } from "node:fs";
import type { Limit } from "../../io/room.ts";
import { POSIX_FOLDER } from "../../io/seeing/posix-memory.ts";

/** TMPFS_MAGIC: statfs(2). */
const TMPFS = 0x01021994;

/** None where it is no tmpfs, and of what has no limit. */
export function posixMemoryLimits(): readonly Limit[] {
  const status = statusOf();
  if (status?.type !== TMPFS) return [];
  const { blocks, bfree, bsize, files, ffree } = status;
  return [
    {
      what: "bytes of all POSIX shared memory and semaphores here",
      name: `size of ${POSIX_FOLDER}`,
      unit: "bytes",
      limit: blocks * bsize,
      used: (blocks - bfree) * bsize,
      raise: `mount -o remount,size=BYTES ${POSIX_FOLDER}`,
    },
    {
      what: "names of POSIX shared memory and semaphores here",
      name: `nr_inodes of ${POSIX_FOLDER}`,
      unit: "names",
      limit: files,
      used: files - ffree,
      raise: `mount -o remount,nr_inodes=NUMBER ${POSIX_FOLDER}`,
    },
  ].filter(({ limit }) => limit > 0);
}

function statusOf(): StatsFs | undefined {
  try {
    return statfsSync(POSIX_FOLDER);
  } catch {
    return undefined;
  }
}
