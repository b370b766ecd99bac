/** Every Unix socket that can be listed, with the address that it has for us. */
import type { View } from "../../io/room.ts";
import type { Gap } from "../../io/schema.ts";
import { listedUnix } from "../../io/seeing/socket-lists.ts";
import { UNIX_CONNECTED, UNIX_LISTENING, type UnixSocket } from "../../wire/sock-diag/unix.ts";
import { addressSockets, type FoundSocket } from "./unix-names.ts";

/** What a socket is doing. */
export type UnixState =
  | "listening"
  | "connected"
  /** It has asked for a connection, and nobody has accepted it yet. */
  | "pending"
  /** It was connected, and its peer is gone. */
  | "disconnected"
  | "bound"
  | "unconnected";

/** A socket with its address. */
export interface SeenSocket extends FoundSocket {
  readonly address: string;
  readonly aliases: readonly string[];
  readonly state: UnixState;
}

/** All of them. */
export interface UnixSockets {
  readonly byInode: ReadonlyMap<number, SeenSocket>;
  /** Who receives what is sent to a name, where only one does; see nameKey(). */
  readonly byName: ReadonlyMap<string, SeenSocket>;
  readonly gaps: readonly Gap[];
}

/** Lists the sockets of every network that lets us. */
export function unixSockets(view: View): UnixSockets {
  const { entries, gaps } = listedUnix(view);
  return { ...seenSockets(view, entries), gaps };
}

/** The same of sockets that were listed; one that a listing shows twice counts once. */
export function seenSockets(
  view: View,
  found: readonly FoundSocket[],
): Pick<UnixSockets, "byInode" | "byName"> {
  const pending = pendingAmong(found);
  const named = addressSockets(view, found);
  const byInode = new Map<number, SeenSocket>();
  for (const { socket, namespace } of found) {
    const { inode } = socket;
    if (byInode.has(inode)) continue;
    const { address, aliases } = named.addressOf(inode, namespace);
    const state = stateOf(socket, pending);
    byInode.set(inode, { socket, namespace, address, aliases, state });
  }
  const byName = new Map<string, SeenSocket>();
  for (const [key, inode] of named.owners) {
    const owner = byInode.get(inode);
    if (owner !== undefined) byName.set(key, owner);
  }
  return { byInode, byName };
}

function pendingAmong(found: readonly FoundSocket[]): ReadonlySet<number> {
  const pending = new Set<number>();
  for (const { socket } of found) for (const inode of socket.pending) pending.add(inode);
  return pending;
}

/** Of a socket that is connected the peer has an inode, unless it is not accepted yet, or gone. */
function stateOf(socket: UnixSocket, pending: ReadonlySet<number>): UnixState {
  const { state, type, peer, name, shutdown, inode } = socket;
  if (state === UNIX_LISTENING) return "listening";
  if (peer !== undefined && peer !== 0) return "connected";
  if (pending.has(inode)) return "pending";
  const wasConnected = type === "dgram" ? peer === 0 : state === UNIX_CONNECTED && shutdown === 3;
  if (wasConnected) return "disconnected";
  if (type !== "dgram" && state === UNIX_CONNECTED) return "connected";
  return name === undefined ? "unconnected" : "bound";
}
