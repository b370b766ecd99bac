/** Who is blocked on a Unix socket, and for what. */
import type { View } from "../../io/room.ts";
import type { Wait } from "../../io/schema.ts";
import { addressedBy } from "../../io/seeing/addressed.ts";
import { type DescriptorWait, waitOn } from "../../io/seeing/descriptor-waits.ts";
import { socketWaits } from "../../io/seeing/sockets.ts";
import { nameKey } from "./unix-names.ts";
import { pendingAt } from "./unix-record.ts";
import type { SeenSocket, UnixSockets } from "./unix-sockets.ts";

/** One wait a thread and socket. */
export function unixWaits(view: View, sockets: UnixSockets): Wait[] {
  const waits: Wait[] = [];
  for (const [inode, waiting] of socketWaits(view)) {
    const seen = sockets.byInode.get(inode);
    if (seen === undefined) continue;
    for (const wait of waiting) waits.push(waitAt(view, sockets, seen, wait));
  }
  return waits;
}

function waitAt(view: View, sockets: UnixSockets, seen: SeenSocket, wait: DescriptorWait): Wait {
  const peer = sockets.byInode.get(seen.socket.peer ?? 0);
  switch (wait.operation) {
    case "connect":
      return connecting(seen, targetOf(view, sockets, seen, wait), wait);
    case "write":
    case "send": {
      const target = targetOf(view, sockets, seen, wait) ?? peer;
      return seen.socket.type === "dgram"
        ? sendingDatagram(seen, target, wait)
        : waitOn(wait, seen.address, sending(seen, target));
    }
    default: {
      const text = wait.operation === "poll" ? "data or room" : incoming(seen, peer);
      return waitOn(wait, seen.address, { text });
    }
  }
}

/** To whom a call names an address; only names that mean one socket say so. */
function targetOf(
  view: View,
  { byName }: UnixSockets,
  { namespace }: SeenSocket,
  wait: DescriptorWait,
): SeenSocket | undefined {
  const named = addressedBy(view, wait);
  return named?.family === "unix" ? byName.get(nameKey(namespace, named.name)) : undefined;
}

/** The object is the socket that listens: who has it can help. */
function connecting(seen: SeenSocket, target: SeenSocket | undefined, wait: DescriptorWait): Wait {
  if (target === undefined) return waitOn(wait, seen.address, { text: "its connection" });
  const { queues } = target.socket;
  const pending = pendingAt(target);
  return waitOn(wait, target.address, {
    need: { from: seen.address, pending, backlog: queues?.send ?? null },
    text: `room for its connection: ${pending} are not accepted, the backlog is ${queues?.send}`,
  });
}

/** A datagram waits for its receiver's queue, whichever socket it is sent from. */
function sendingDatagram(
  seen: SeenSocket,
  target: SeenSocket | undefined,
  wait: DescriptorWait,
): Wait {
  if (target === undefined) return waitOn(wait, seen.address, { text: "room for a datagram" });
  const text = `room in the queue of ${target.address}`;
  return waitOn(wait, target.address, { need: { from: seen.address }, text });
}

function sending({ socket }: SeenSocket, peer: SeenSocket | undefined): Partial<Wait> {
  const { memory } = socket;
  const reader = peer === undefined ? "its peer" : `its peer ${peer.address}`;
  const unread = peer?.socket.queues?.receive;
  const much = unread === undefined ? "" : `, with ${unread} bytes unread there`;
  return {
    need: {
      sentBytes: memory?.sentBytes ?? null,
      sendBufferBytes: memory?.sendBufferBytes ?? null,
    },
    text: `${reader} to read${much}`,
  };
}

function incoming({ state, socket }: SeenSocket, peer: SeenSocket | undefined): string {
  if (state === "listening") return "a connection";
  const what = socket.type === "stream" ? "data" : "a message";
  if (state === "pending") return `${what}, and to be accepted first`;
  return peer === undefined ? what : `${what} from its peer ${peer.address}`;
}
