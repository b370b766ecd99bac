/**
 * Which sockets of one network speak to each other: the two ends of a connection have each other's
 * addresses. What leads out of the machine, or through a router back into it, has no link.
 */
import type { Link } from "../../io/schema.ts";
import { isAny, isLoopback } from "../../wire/ip-address.ts";
import {
  INET_CLOSE_WAIT,
  INET_ESTABLISHED,
  INET_LISTEN,
  INET_SYN_SENT,
} from "../../wire/sock-diag/inet.ts";
import { endpointText } from "./inet-address.ts";
import type { InetSockets, SeenInet } from "./inet-sockets.ts";

/** Finds who is at the other end. */
export interface Ends {
  /** The other end of a connection. */
  peerOf(seen: SeenInet): SeenInet | undefined;
  /** The one socket that gets what is sent to where this one is connected, or sends. */
  receiverFor(seen: SeenInet): SeenInet | undefined;
  /** The one socket that listens where this one is. */
  listenerOf(seen: SeenInet): SeenInet | undefined;
}

/** By the pair of addresses, and by where who takes from everybody is. */
export function endsOf({ all }: Pick<InetSockets, "all">): Ends {
  const pairs = new Map<string, SeenInet>();
  const open = new Map<string, SeenInet | null>();
  for (const seen of all) {
    const { kind, namespace, local, remote, socket } = seen;
    const place = `${namespace} ${kind} `;
    if (remote !== undefined) pairs.set(`${place}${local}-${remote}`, seen);
    else if (kind === "udp" || socket.state === INET_LISTEN) {
      const key = place + local;
      open.set(key, open.has(key) ? null : seen);
    }
  }
  return {
    peerOf({ kind, namespace, local, remote }) {
      return remote === undefined
        ? undefined
        : pairs.get(`${namespace} ${kind} ${remote}-${local}`);
    },
    receiverFor(seen) {
      return seen.remote === undefined || !isNear(seen) ? undefined : openAt(seen, "remote", open);
    },
    listenerOf: (seen) => openAt(seen, "local", open),
  };
}

/** What is sent to the machine's own address stays in this network. */
function isNear({ socket: { local, remote } }: SeenInet): boolean {
  return isLoopback(remote.address) || (remote.address === local.address && !isAny(local.address));
}

/** Who is bound to the very address comes before who is bound to all. */
function openAt(
  { kind, namespace, socket }: SeenInet,
  end: "local" | "remote",
  open: ReadonlyMap<string, SeenInet | null>,
): SeenInet | undefined {
  const { address, port } = socket[end];
  const place = `${namespace} ${kind} `;
  const exact = open.get(place + endpointText({ address, port }, socket.interface));
  if (exact !== undefined) return exact ?? undefined;
  const isV4 = !address.includes(":");
  const four = isV4 ? open.get(`${place}0.0.0.0:${port}`) : undefined;
  const six = open.get(`${place}[::]:${port}`);
  const any = four !== undefined || (isV4 && six?.socket.isV6Only === true) ? four : six;
  return any ?? undefined;
}

/** One link a pair, and one from each that waits to be accepted to the socket that listens. */
export function inetLinks({ all }: Pick<InetSockets, "all">, ends: Ends): Link[] {
  const links: Link[] = [];
  for (const seen of all) {
    if (seen.remote === undefined) continue;
    const link = linkOf(seen, ends);
    if (link !== undefined) links.push(link);
    const listener = isPending(seen) ? ends.listenerOf(seen) : undefined;
    if (listener === undefined || listener.socket.receiveQueue === 0) continue;
    const { address: from } = seen;
    links.push({ from, to: listener.address, kind: "pending", direction: "forward" });
  }
  return links;
}

/** True for a connection that no process has: either not accepted yet, or left behind. */
export function isPending({ kind, socket: { inode, state } }: SeenInet): boolean {
  return kind === "tcp" && inode === 0 && (state === INET_ESTABLISHED || state === INET_CLOSE_WAIT);
}

/** Of the two ends of a pair, the one whose addresses come first tells of it. */
function linkOf(seen: SeenInet, ends: Ends): Link | undefined {
  const { kind, socket, address: from, local, remote = "" } = seen;
  const peer = ends.peerOf(seen);
  if (peer !== undefined) {
    if (peer === seen || remote < local) return undefined;
    return { from, to: peer.address, kind, direction: "both" };
  }
  const receiver = ends.receiverFor(seen);
  if (receiver === undefined) return undefined;
  if (kind === "udp") return { from, to: receiver.address, kind, direction: "forward" };
  if (socket.state !== INET_SYN_SENT) return undefined;
  return { from, to: receiver.address, kind: "connecting", direction: "forward" };
}
