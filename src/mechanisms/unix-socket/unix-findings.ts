/** What follows from the state of a Unix socket and from who waits on it, in plain words. */
import type { View } from "../../io/room.ts";
import type { Finding, Wait } from "../../io/schema.ts";
import {
  backlogFull,
  byObject,
  type ConcludedSocket,
  peerGone,
  queueFull,
} from "../../io/seeing/socket-findings.ts";
import { isBacklogFull, isSendBufferFull, pendingAt } from "./unix-record.ts";
import type { SeenSocket, UnixSockets } from "./unix-sockets.ts";

/** At most one a socket; two that wait for each other are told of once. */
export function unixFindings(
  view: View,
  { byInode }: Pick<UnixSockets, "byInode">,
  waits: readonly Wait[],
): readonly Finding[] {
  const waitsAt = byObject(waits);
  const concluded = ({ address, socket }: SeenSocket): ConcludedSocket => {
    return { address, inode: socket.inode, waits: waitsAt(address) };
  };
  const findings = new Map<string, Finding>();
  for (const seen of byInode.values()) {
    const finding = findingOf(view, seen, byInode, concluded);
    if (finding !== undefined) findings.set(keyOf(finding), finding);
  }
  return [...findings.values()];
}

function keyOf({ rule, objects }: Finding): string {
  return rule === "socket-both-write" ? [...objects].sort().join() : `${rule} ${objects[0]}`;
}

function findingOf(
  view: View,
  seen: SeenSocket,
  byInode: UnixSockets["byInode"],
  concluded: (seen: SeenSocket) => ConcludedSocket,
): Finding | undefined {
  const { socket } = seen;
  const { queues } = socket;
  if (isBacklogFull(seen)) {
    const backlog = queues?.send ?? 0;
    return backlogFull(view, { ...concluded(seen), pending: pendingAt(seen), backlog });
  }
  if (seen.state === "disconnected") {
    return peerGone(view, concluded(seen), queues?.receive ?? 0);
  }
  const peer = isSendBufferFull(seen) ? byInode.get(socket.peer ?? 0) : undefined;
  if (peer === undefined) return undefined;
  const unreadBytes = peer.socket.queues?.receive ?? 0;
  return queueFull(view, { from: concluded(seen), to: concluded(peer), unreadBytes });
}
