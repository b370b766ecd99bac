/** Who has which socket open, and who is blocked on one: by its inode, which no two have at a time. */
import type { View } from "../room.ts";
import { type DescriptorWait, descriptorWaits } from "./descriptor-waits.ts";
import { descriptorsOfKind, type Held } from "./descriptors.ts";
import { oncePerView } from "./once.ts";

/** Nobody. */
const nobody: readonly Held[] = [];

const holders = oncePerView((view) => {
  const byInode = new Map<number, Held[]>();
  for (const held of descriptorsOfKind(view, "socket")) {
    const { inode } = held.descriptor;
    if (inode === null) continue;
    const others = byInode.get(inode);
    if (others === undefined) byInode.set(inode, [held]);
    else others.push(held);
  }
  return byInode;
});

/** Everybody who is seen to have the socket open. */
export function socketHolders(view: View, inode: number): readonly Held[] {
  return holders(view).get(inode) ?? nobody;
}

/** The inodes of all sockets that somebody has open, with all who have. */
export function heldSockets(view: View): ReadonlyMap<number, readonly Held[]> {
  return holders(view);
}

const waits = oncePerView((view) => {
  const byInode = new Map<number, DescriptorWait[]>();
  for (const wait of descriptorWaits(view, "socket")) {
    const { inode } = wait.descriptor;
    if (inode === null) continue;
    const others = byInode.get(inode);
    if (others === undefined) byInode.set(inode, [wait]);
    else others.push(wait);
  }
  return byInode;
});

/** The inodes of the sockets on which somebody waits, with all who do. */
export function socketWaits(view: View): ReadonlyMap<number, readonly DescriptorWait[]> {
  return waits(view);
}

/** Why a socket may have holders that are not seen; undefined where every process was read. */
export const unreadProcesses: (view: View) => number = oncePerView((view) => {
  let unread = 0;
  for (const { descriptors } of view.processes.processes.values()) {
    if (descriptors === undefined) unread++;
  }
  return unread;
});

/** What to say of a socket that no process is seen to hold. */
export function unheldText(view: View): string {
  const unread = unreadProcesses(view);
  if (unread === 0) return "no process has it open: it is in flight in a message, or the kernel's";
  const processes = unread === 1 ? "1 process" : `${unread} processes`;
  return `no process is seen to hold it: it is in flight, or held by one of ${processes} not read`;
}
