/**
 * The lists of Unix and netlink sockets, made once a look: the room that shows them asks, and so does
 * whoever wants to know which sockets are in no list at all.
 */
import { readlinkSync } from "node:fs";
import {
  decodeNetlinkSocket,
  encodeNetlinkRequest,
  type NetlinkSocket,
} from "../../wire/sock-diag/netlink.ts";
import { decodeUnixSocket, encodeUnixRequest, type UnixSocket } from "../../wire/sock-diag/unix.ts";
import type { View } from "../room.ts";
import type { Gap } from "../schema.ts";
import type { Held } from "./descriptors.ts";
import { type AcrossNetworks, acrossNetworks } from "./networks.ts";
import { oncePerView } from "./once.ts";
import { listSockets } from "./sock-diag.ts";
import { heldSockets } from "./sockets.ts";

/** A socket, and where it was found. */
export interface Listed<Socket> {
  readonly socket: Socket;
  /** The network namespace it is in; null where not even ours is known. */
  readonly namespace: number | null;
}

/** The Unix sockets of every network that lets us. */
export const listedUnix: (view: View) => AcrossNetworks<Listed<UnixSocket>> = oncePerView(
  (view) => {
    return acrossNetworks(view, "unix sockets", ({ place, namespace }) => {
      const listing = listSockets(place, encodeUnixRequest(), decodeUnixSocket);
      const entries = listing.entries.map((socket) => ({ socket, namespace }));
      return { entries, listings: [listing] };
    });
  },
);

/** The netlink sockets of every network that lets us, without the one that asks. */
export const listedNetlink: (view: View) => AcrossNetworks<Listed<NetlinkSocket>> = oncePerView(
  (view) => {
    return acrossNetworks(view, "netlink sockets", ({ place, namespace }) => {
      const listing = listSockets(place, encodeNetlinkRequest(), decodeNetlinkSocket);
      const others = listing.entries.filter(({ inode }) => inode !== listing.inode);
      const entries = others.map((socket) => ({ socket, namespace }));
      return { entries, listings: [listing] };
    });
  },
);

/** Of so many it is asked whether they are still there. */
const CHECKED_MAX = 256;

/**
 * One gap for the open sockets that no list has. Where a list could not be had, another gap says so,
 * and how many are missing is not known.
 * @param inet the inodes of the sockets of the internet
 */
export function unlistedGaps(view: View, inet: ReadonlyMap<number, unknown>): Gap[] {
  let unlisted = [...heldSockets(view)].filter(([inode]) => !inet.has(inode));
  if (unlisted.length === 0) return [];
  const others = [listedUnix(view), listedNetlink(view)];
  if (others.some(({ gaps }) => gaps.length > 0)) return [];
  const inodes = new Set(
    others.flatMap(({ entries }) => entries.map(({ socket }) => socket.inode)),
  );
  unlisted = unlisted.filter(([inode]) => !inodes.has(inode));
  // Many have been closed since the walk.
  if (unlisted.length <= CHECKED_MAX) unlisted = unlisted.filter(([, held]) => held.some(isOpen));
  const count = unlisted.length;
  if (count === 0) return [];
  const sockets = count === 1 ? "1 open socket is" : `${count} open sockets are`;
  const text = `${sockets} in no list of the kernel: bound to nothing, or of a family without a list.`;
  return [{ what: "sockets", reason: "not-listed", count, text }];
}

function isOpen({ process, descriptor }: Held): boolean {
  try {
    return readlinkSync(`/proc/${process.pid}/fd/${descriptor.fd}`) === descriptor.target;
  } catch {
    return false;
  }
}
