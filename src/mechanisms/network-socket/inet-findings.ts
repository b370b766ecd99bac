/** What follows from the state of a TCP socket and from who waits on it, in plain words. */
import type { View } from "../../io/room.ts";
import type { Finding, Wait } from "../../io/schema.ts";
import {
  backlogFull,
  byObject,
  type ConcludedSocket,
  queueFull,
} from "../../io/seeing/socket-findings.ts";
import type { Ends } from "./inet-links.ts";
import { isBacklogFull, isSendBufferFull } from "./inet-record.ts";
import type { InetSockets, SeenInet } from "./inet-sockets.ts";

/** At most one a socket; two that wait for each other are told of once. */
export function inetFindings(
  view: View,
  { all }: Pick<InetSockets, "all">,
  waits: readonly Wait[],
  ends: Ends,
): readonly Finding[] {
  const waitsAt = byObject(waits);
  const concluded = ({ address, socket }: SeenInet): ConcludedSocket => {
    return { address, inode: socket.inode, waits: waitsAt(address) };
  };
  const findings = new Map<string, Finding>();
  for (const seen of all) {
    if (seen.kind !== "tcp") continue;
    const finding = findingOf(view, seen, ends, concluded);
    if (finding !== undefined) findings.set(keyOf(finding), finding);
  }
  return [...findings.values()];
}

function keyOf({ rule, objects }: Finding): string {
  return rule === "socket-both-write" ? [...objects].sort().join() : `${rule} ${objects[0]}`;
}

function findingOf(
  view: View,
  seen: SeenInet,
  ends: Ends,
  concluded: (seen: SeenInet) => ConcludedSocket,
): Finding | undefined {
  if (isBacklogFull(seen)) {
    const { receiveQueue: pending, sendQueue: backlog } = seen.socket;
    return backlogFull(view, { ...concluded(seen), pending, backlog });
  }
  const peer = isSendBufferFull(seen) ? ends.peerOf(seen) : undefined;
  if (peer === undefined || peer.socket.receiveQueue === 0) return undefined;
  const unreadBytes = peer.socket.receiveQueue;
  return queueFull(view, { from: concluded(seen), to: concluded(peer), unreadBytes });
}
