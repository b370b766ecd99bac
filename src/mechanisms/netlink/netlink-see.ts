/** Every netlink socket of a process, and who waits there for the kernel. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Hold, Link, ObjectRecord, Wait } from "../../io/schema.ts";
import { waitOn } from "../../io/seeing/descriptor-waits.ts";
import { holdOf } from "../../io/seeing/descriptors.ts";
import { addressIn } from "../../io/seeing/namespaces.ts";
import { listedNetlink } from "../../io/seeing/socket-lists.ts";
import { socketHolders, socketWaits } from "../../io/seeing/sockets.ts";
import { netlinkAddress } from "./netlink-address.ts";
import { netlinkFinding } from "./netlink-findings.ts";
import { recorder } from "./netlink-record.ts";
import type { SeenNetlink } from "./netlink-socket.ts";

/** Objects, holds, waits, links and findings of the kind "netlink". */
export function seeNetlinkSockets(view: View): Sight {
  const { entries, gaps } = listedNetlink(view);
  // The kernel's own are the other end of all, and no process has them.
  const users = entries.filter(({ socket }) => socket.portId !== 0);
  const byAddress = new Map<string, SeenNetlink>();
  for (const { socket, namespace } of users) {
    const name = netlinkAddress(socket.protocol, socket.portId);
    const address = addressIn(namespace, view.namespaces.net, name);
    byAddress.set(address, { socket, namespace, address });
  }
  return { ...sightOf(view, byAddress), gaps };
}

function sightOf(view: View, byAddress: ReadonlyMap<string, SeenNetlink>): Omit<Sight, "gaps"> {
  const record = recorder(view);
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  const findings: Finding[] = [];
  for (const seen of byAddress.values()) {
    objects.push(record(seen));
    const holders = socketHolders(view, seen.socket.inode);
    for (const held of holders) holds.push(holdOf(held, seen.address));
    const finding = netlinkFinding(view, seen);
    if (finding !== undefined) findings.push(finding);
  }
  const waits = waitsOn(view, byAddress);
  return { objects, holds, waits, links: linksOf(view, byAddress), findings };
}

function waitsOn(view: View, byAddress: ReadonlyMap<string, SeenNetlink>): Wait[] {
  const byInode = new Map([...byAddress.values()].map((seen) => [seen.socket.inode, seen]));
  const waits: Wait[] = [];
  for (const [inode, waiting] of socketWaits(view)) {
    const seen = byInode.get(inode);
    if (seen === undefined) continue;
    for (const wait of waiting) {
      const sends = wait.operation === "send" || wait.operation === "write";
      const text = sends ? "room in the receiver's queue" : "a message from the kernel";
      waits.push(waitOn(wait, seen.address, { text }));
    }
  }
  return waits;
}

/** A socket may be connected to that of another process; most are to the kernel. */
function linksOf(view: View, byAddress: ReadonlyMap<string, SeenNetlink>): Link[] {
  const own = view.namespaces.net;
  return [...byAddress.values()].flatMap(({ socket, namespace, address: from }) => {
    if (socket.peerPortId === 0) return [];
    const to = addressIn(namespace, own, netlinkAddress(socket.protocol, socket.peerPortId));
    if (!byAddress.has(to)) return [];
    return [{ from, to, kind: "netlink", direction: "forward" } as const];
  });
}
