/** A netlink socket as the schema has it. */
import type { View } from "../../io/room.ts";
import type { ObjectRecord, Unknown } from "../../io/schema.ts";
import { socketHolders, unheldText } from "../../io/seeing/sockets.ts";
import { familyName, groupName } from "../../wire/netlink/families.ts";
import type { SeenNetlink } from "./netlink-socket.ts";

/** How many groups are named; a family may have thousands. */
const GROUPS_MAX = 64;

/** Makes the records of one look. */
export function recorder(view: View): (seen: SeenNetlink) => ObjectRecord {
  const unheld: Unknown = { ...unsaid, holders: unheldText(view) };
  return (seen) => {
    const { socket, address, namespace } = seen;
    const isHeld = socketHolders(view, socket.inode).length > 0;
    const drops = socket.memory?.drops ?? 0;
    return {
      address,
      aliases: [],
      kind: "netlink",
      title: "netlink socket",
      namespace,
      uid: null,
      gid: null,
      mode: null,
      used: usedOf(seen),
      limit: limitOf(seen),
      changedAt: null,
      flags: [...(drops > 0 ? ["dropped"] : []), ...(isHeld ? [] : ["not-held"])],
      details: detailsOf(seen),
      unknown: isHeld ? unsaid : unheld,
      source,
    };
  };
}

const source = ["sock_diag(AF_NETLINK)", "/proc/PID/fd"];

const unsaid: Unknown = {
  uid: "the kernel does not list it",
  gid: "the kernel does not list it",
  mode: "a socket has none",
  changedAt: "the kernel keeps no time",
};

function usedOf({ socket: { memory } }: SeenNetlink): ObjectRecord["used"] {
  return memory === undefined ? {} : { receiveBufferBytes: memory.receivedBytes };
}

function limitOf({ socket: { memory } }: SeenNetlink): ObjectRecord["limit"] {
  return memory === undefined ? {} : { receiveBufferBytes: memory.receiveBufferBytes };
}

function detailsOf({ socket }: SeenNetlink): ObjectRecord["details"] {
  const { protocol, portId, peerPortId, inode, cookie, groups, memory, isListing } = socket;
  return {
    family: familyName(protocol),
    portId,
    peerPortId: peerPortId === 0 ? null : peerPortId,
    inode,
    cookie,
    groups: groups.slice(0, GROUPS_MAX).map((group) => groupName(protocol, group)),
    ...(groups.length > GROUPS_MAX && { groupsInAll: groups.length }),
    drops: memory?.drops ?? null,
    ...(isListing && { listing: true }),
  };
}
