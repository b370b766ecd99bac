/** Which Unix sockets lead to which: each pair once, datagrams one way, and who is not accepted yet. */
import type { Link } from "../../io/schema.ts";
import type { SeenSocket, UnixSockets } from "./unix-sockets.ts";

/** One link a pair; one from each client that waits to be accepted to the socket that listens. */
export function unixLinks({ byInode }: Pick<UnixSockets, "byInode">): Link[] {
  const links: Link[] = [];
  for (const seen of byInode.values()) {
    const link = linkToPeer(seen, byInode);
    if (link !== undefined) links.push(link);
    for (const inode of seen.socket.pending) {
      const client = byInode.get(inode);
      if (client === undefined) continue;
      const to = seen.address;
      links.push({ from: client.address, to, kind: "pending", direction: "forward" });
    }
  }
  return links;
}

/** Of two that are each other's peers, the one with the lower inode tells of it. */
function linkToPeer(
  { socket, address }: SeenSocket,
  byInode: ReadonlyMap<number, SeenSocket>,
): Link | undefined {
  const peer = socket.peer === undefined ? undefined : byInode.get(socket.peer);
  if (peer === undefined) return undefined;
  const isMutual = peer.socket.peer === socket.inode;
  if (isMutual && peer.socket.inode < socket.inode) return undefined;
  const kind = `unix-${socket.type}`;
  const direction = isMutual || socket.type !== "dgram" ? "both" : "forward";
  return { from: address, to: peer.address, kind, direction };
}
