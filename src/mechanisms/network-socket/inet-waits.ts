/** Who is blocked on a socket of the internet, and for what. */
import type { View } from "../../io/room.ts";
import type { Wait } from "../../io/schema.ts";
import { type DescriptorWait, waitOn } from "../../io/seeing/descriptor-waits.ts";
import { socketWaits } from "../../io/seeing/sockets.ts";
import type { Ends } from "./inet-links.ts";
import { isListening } from "./inet-record.ts";
import type { InetSockets, SeenInet } from "./inet-sockets.ts";

/** One wait a thread and socket. */
export function inetWaits(view: View, { byInode }: InetSockets, ends: Ends): Wait[] {
  const waits: Wait[] = [];
  for (const [inode, waiting] of socketWaits(view)) {
    const seen = byInode.get(inode);
    if (seen === undefined) continue;
    for (const wait of waiting) waits.push(waitAt(seen, wait, ends));
  }
  return waits;
}

function waitAt(seen: SeenInet, wait: DescriptorWait, ends: Ends): Wait {
  const peer = ends.peerOf(seen);
  switch (wait.operation) {
    case "connect":
      return connecting(seen, wait, ends);
    case "write":
    case "send":
      return waitOn(wait, seen.address, { text: outgoing(seen, peer) });
    case "poll":
      return waitOn(wait, seen.address, { text: "data or room" });
    default:
      return waitOn(wait, seen.address, { text: incoming(seen, peer) });
  }
}

/** Where the socket that listens is seen, it is the object: who has that can help. */
function connecting(seen: SeenInet, wait: DescriptorWait, ends: Ends): Wait {
  const listener = ends.peerOf(seen) === undefined ? ends.receiverFor(seen) : undefined;
  if (listener === undefined) {
    return waitOn(wait, seen.address, { text: `an answer from ${seen.remote ?? "its peer"}` });
  }
  const { receiveQueue: pending, sendQueue: backlog } = listener.socket;
  return waitOn(wait, listener.address, {
    need: { from: seen.address, pending, backlog },
    text: `room for its connection: ${pending} are not accepted, the backlog is ${backlog}`,
  });
}

function outgoing({ remote }: SeenInet, peer: SeenInet | undefined): string {
  if (peer === undefined) return remote === undefined ? "room to send" : `${remote} to read`;
  return `its peer ${peer.address} to read, with ${peer.socket.receiveQueue} bytes unread there`;
}

function incoming(seen: SeenInet, peer: SeenInet | undefined): string {
  if (isListening(seen)) return "a connection";
  const what = seen.kind === "tcp" ? "data" : "a datagram";
  if (peer !== undefined) return `${what} from its peer ${peer.address}`;
  return seen.remote === undefined ? what : `${what} from ${seen.remote}`;
}
