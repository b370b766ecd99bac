/**
 * Who has which POSIX message queue open. The link of such a descriptor is just "/name", as that of
 * a file in the root folder: the mount says what it is, and the inode which one.
 */

import type { View } from "../../io/room.ts";
import { descriptorsOfKind, type Held } from "../../io/seeing/descriptors.ts";
import { mountOf, mountsOf } from "../../io/seeing/files.ts";
import { oncePerView } from "../../io/seeing/once.ts";
import { statxDescriptor } from "../../sys/statx.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import type { Mount } from "../../wire/proc/mountinfo.ts";
import { deviceOf } from "./mq-folder.ts";
import type { MqPlace, MqStatus } from "./mq-status.ts";

/** A descriptor that may be a queue's. */
export interface QueueHeld extends Held {
  readonly inode: number;
  readonly mountId: number;
}

/** Of so many mount namespaces the tables are read for mounted queues. */
const TABLES_MAX = 256;

/** The mounts of queues that processes see, by number. */
const mountedQueues = oncePerView((all) => {
  const seen = new Set<number | undefined>();
  const mounts = new Map<number, Mount>();
  for (const process of all.processes.processes.values()) {
    const namespace = process.namespaces.get("mnt");
    if (seen.has(namespace) || seen.size >= TABLES_MAX) continue;
    seen.add(namespace);
    for (const mount of mountsOf(all, process)) {
      if (mount.type === "mqueue") mounts.set(mount.id, mount);
    }
  }
  return mounts;
});

/** What may be a queue, by the mount it was opened on. */
const candidates = oncePerView((all) => {
  const points = [...mountedQueues(all).values()].map(({ mountPoint }) => `${mountPoint}/`);
  const mounts = new Map<number, QueueHeld[]>();
  for (const kind of ["file", "deleted"]) {
    for (const held of descriptorsOfKind(all, kind)) {
      const { info, target } = held.descriptor;
      if (info === undefined || !mayBeQueue(target, points)) continue;
      const { mountId, inode } = fdinfoOf(info);
      if (mountId === undefined || typeof inode !== "number") continue;
      const { process, descriptor } = held;
      const one = { process, descriptor, inode, mountId };
      const others = mounts.get(mountId);
      if (others === undefined) mounts.set(mountId, [one]);
      else others.push(one);
    }
  }
  return mounts;
});

function mayBeQueue(target: string, points: readonly string[]): boolean {
  if (target.lastIndexOf("/") === 0) return target !== "/";
  return points.some((point) => target.startsWith(point));
}

const deleted = " (deleted)";

/** The name in the text of a link, and whether it is gone. */
export function nameIn(target: string): { readonly name: string; readonly removed: boolean } {
  const removed = target.endsWith(deleted);
  const end = removed ? -deleted.length : undefined;
  return { name: target.slice(target.lastIndexOf("/") + 1, end), removed };
}

/** Who has the queues of a namespace open, by inode. `view` is of that namespace. */
export function queueHolders(
  view: View,
  all: View,
  { device, mountId }: MqPlace,
  queues: readonly MqStatus[],
): ReadonlyMap<number, readonly QueueHeld[]> {
  const own = mountId ?? guessed(view, all, device, queues);
  const mounts = [...mountedQueues(all).values()].filter((mount) => deviceOf(mount) === device);
  const ids = new Set([...(own === undefined ? [] : [own]), ...mounts.map(({ id }) => id)]);
  const holders = new Map<number, QueueHeld[]>();
  for (const held of [...ids].flatMap((id) => candidates(all).get(id) ?? [])) {
    const others = holders.get(held.inode);
    if (others === undefined) holders.set(held.inode, [held]);
    else others.push(held);
  }
  return holders;
}

/**
 * The mount of the kernel's own, where no queue could be opened to learn it: that of a descriptor
 * which has the name and the inode of one of them, or lies on the same device. No mount table shows
 * it, so that a file in the root folder is never asked.
 */
function guessed(
  view: View,
  all: View,
  device: number,
  queues: readonly MqStatus[],
): number | undefined {
  const names = new Map(queues.map(({ inode, name }) => [inode, name]));
  for (const held of unmounted(view, all)) {
    const { name, removed } = nameIn(held.descriptor.target);
    if (!removed && names.get(held.inode) === name) return held.mountId;
    if (removed && liesOn(held, device)) return held.mountId;
  }
  return undefined;
}

function unmounted(view: View, all: View): readonly QueueHeld[] {
  const theirs = [...candidates(all).values()].flat().filter(({ process }) => {
    return view.processes.processes.has(process.pid);
  });
  return theirs.filter((held) => mountOf(all, held) === undefined);
}

/** What was unlinked and lies on no mount is of this kernel: no distant file system keeps such. */
function liesOn({ process, descriptor }: QueueHeld, device: number): boolean {
  const status = statxDescriptor(process.pid, descriptor.fd);
  return status !== undefined && deviceOf(status) === device;
}

/** The names that processes of the namespace seem to have open as queues. */
export function heldNames(view: View, all: View): readonly string[] {
  const names = unmounted(view, all).map(({ descriptor }) => nameIn(descriptor.target));
  return [...new Set(names.filter(({ removed }) => !removed).map(({ name }) => name))];
}
