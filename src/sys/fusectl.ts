/** The file system of FUSE's connections, mounted where nobody sees it. */
import { addon } from "./addon.ts";

/**
 * A directory with one directory for each connection of the whole machine (fuse(4)). A descriptor, or
 * -errno: EPERM without CAP_SYS_ADMIN, ENODEV where this kernel has no FUSE.
 */
export function openFusectl(): number {
  return addon().abroadFusectl();
}
