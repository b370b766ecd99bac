/** Where FUSE file systems are mounted, in our mount namespace and in those of others. */
import type { View } from "../../io/room.ts";
import { mountsOf } from "../../io/seeing/files.ts";
import { namespacesElsewhere } from "../../io/seeing/namespaces.ts";
import { mountsHere } from "../../io/seeing/path-here.ts";
import type { Mount } from "../../wire/proc/mountinfo.ts";

/** One mount of a connection. */
export interface FuseMount {
  readonly mount: Mount;
  /** The inode of the mount namespace, where it is not ours. */
  readonly namespace: number | null;
}

/** The mounts of each connection, by its number. */
export type FuseMounts = Map<number, FuseMount[]>;

const types = /^(?:fuse|fuseblk)(?:\..*)?$|^virtiofs$/s;

/** The number of a FUSE mount's connection; undefined of any other mount. */
export function connectionOf({ type, major, minor }: Mount): number | undefined {
  // The kernel's own form of a device number: include/linux/kdev_t.h.
  return types.test(type) ? major * 2 ** 20 + minor : undefined;
}

/** Those that we see ourselves. */
export function fuseMountsHere(view: View): FuseMounts {
  const found: FuseMounts = new Map();
  add(found, mountsHere(view), null);
  return found;
}

/** Adds those of other mount namespaces; there may be hundreds, and each is a file to be read. */
export function addMountsElsewhere(view: View, found: FuseMounts): void {
  for (const { inode, pids } of namespacesElsewhere(view, "mnt")) {
    add(found, mountsIn(view, pids), inode);
  }
}

/** A process may have ended since, or not be ours to look at. */
const ATTEMPTS_MAX = 3;

function mountsIn(view: View, pids: readonly number[]): readonly Mount[] {
  for (const pid of pids.slice(0, ATTEMPTS_MAX)) {
    const process = view.processes.processes.get(pid);
    const mounts = process === undefined ? [] : mountsOf(view, process);
    if (mounts.length > 0) return mounts;
  }
  return [];
}

function add(found: FuseMounts, mounts: readonly Mount[], namespace: number | null): void {
  for (const mount of mounts) {
    const connection = connectionOf(mount);
    if (connection === undefined) continue;
    const others = found.get(connection);
    if (others === undefined) found.set(connection, [{ mount, namespace }]);
    else others.push({ mount, namespace });
  }
}
