/** One pass over /proc, made in the addon. */
import { addon } from "./addon.ts";
import { SystemError } from "./errors.ts";
import { releaseRegion, viewRegion } from "./region.ts";

/** stat, status, cmdline and cgroup. Without any bit: stat alone. */
export const WALK_FILES = 1;
/** The threads, and the system call that each is blocked in. */
export const WALK_THREADS = 2;
/** The inode numbers of the namespaces. */
export const WALK_NAMESPACES = 4;
/** The descriptors, with the text of their links. */
export const WALK_DESCRIPTORS = 8;
/** The shared mappings: what may be memory between processes. */
export const WALK_MAPPINGS = 16;
/** All of it. */
export const WALK_ALL = 31;

/**
 * The records that src/wire/proc/walk.ts decodes; `what` is a sum of the bits above.
 * @throws SystemError EMFILE, ENFILE, ENOMEM, or what opening /proc gave.
 */
export function walk(what: number): Uint8Array {
  const id = addon().walk(what);
  if (id < 0) throw new SystemError(id, "openat", { path: "/proc" });
  const region = viewRegion(id);
  try {
    return new Uint8Array(region.bytes);
  } finally {
    releaseRegion(region);
  }
}
