/** A Unix socket as the schema has it. */
import type { View } from "../../io/room.ts";
import type { ObjectRecord, Unknown, Value } from "../../io/schema.ts";
import { socketHolders, unheldText } from "../../io/seeing/sockets.ts";
import type { SeenSocket, UnixSockets } from "./unix-sockets.ts";

/** How many connections a listening socket keeps for accept(2): one more than its backlog. */
export function pendingMax({ socket: { queues } }: SeenSocket): number {
  return (queues?.send ?? 0) + 1;
}

/** How many connections wait at a listening socket. */
export function pendingAt({ socket: { queues } }: SeenSocket): number {
  return queues?.receive ?? 0;
}

/** True where who connects has to wait. */
export function isBacklogFull(seen: SeenSocket): boolean {
  return seen.state === "listening" && pendingAt(seen) >= pendingMax(seen);
}

/** True where who sends has to wait until some of what it sent is read. */
export function isSendBufferFull({ socket: { memory } }: SeenSocket): boolean {
  return memory !== undefined && memory.sentBytes > 0 && memory.sentBytes >= memory.sendBufferBytes;
}

/** Makes the records of one look. @param inFlight descriptors in messages not received, by inode */
export function recorder(
  view: View,
  { byInode }: Pick<UnixSockets, "byInode">,
  inFlight: ReadonlyMap<number, number>,
): (seen: SeenSocket) => ObjectRecord {
  const unheld: Unknown = { ...unsaid, holders: unheldText(view) };
  return (seen) => {
    const { socket, address, aliases, namespace } = seen;
    const { inode, uid } = socket;
    const isHeld = socketHolders(view, inode).length > 0;
    const peer = socket.peer === undefined ? undefined : byInode.get(socket.peer);
    return {
      address,
      aliases,
      kind: "unix",
      title: "Unix socket",
      namespace,
      uid: uid ?? null,
      gid: null,
      mode: null,
      used: usedOf(seen),
      limit: limitOf(seen, peer),
      changedAt: null,
      flags: flagsOf(seen, isHeld),
      details: detailsOf(seen, peer?.address ?? null, inFlight.get(inode)),
      unknown: isHeld ? unsaid : unheld,
      source,
    };
  };
}

const source = ["sock_diag(AF_UNIX)", "/proc/PID/fd"];

const unsaid: Unknown = {
  gid: "the kernel does not list it",
  mode: "a socket has none; its file may",
  changedAt: "the kernel keeps no time",
};

function usedOf(seen: SeenSocket): ObjectRecord["used"] {
  if (seen.state === "listening") return { pending: pendingAt(seen) };
  const { queues, memory } = seen.socket;
  const bytes = queues?.receive ?? 0;
  return memory === undefined ? { bytes } : { bytes, sendBufferBytes: memory.sentBytes };
}

/** Unread bytes are in the send buffer of who sent them, where they take more than they are. */
function limitOf(seen: SeenSocket, peer: SeenSocket | undefined): ObjectRecord["limit"] {
  if (seen.state === "listening") return { pending: pendingMax(seen) };
  const { memory, type } = seen.socket;
  if (memory === undefined) return {};
  const { sendBufferBytes } = memory;
  const bytes = type === "dgram" ? undefined : peer?.socket.memory?.sendBufferBytes;
  return bytes === undefined ? { sendBufferBytes } : { bytes, sendBufferBytes };
}

function flagsOf(seen: SeenSocket, isHeld: boolean): readonly string[] {
  const flags: string[] = [];
  if (isBacklogFull(seen) || isSendBufferFull(seen)) flags.push("full");
  if (seen.state === "pending") flags.push("not-accepted");
  if (seen.state === "disconnected") flags.push("peer-gone");
  if (!isHeld) flags.push("not-held");
  return flags.length === 0 ? noFlags : flags;
}

const noFlags: readonly string[] = [];

const shutdowns = ["nothing", "receiving", "sending", "both"];

/** There may be tens of thousands of sockets: what only some have is added where it is. */
function detailsOf(
  { socket, state }: SeenSocket,
  peer: string | null,
  inFlight: number | undefined,
): ObjectRecord["details"] {
  const { type, inode, cookie, name, file, queues, shutdown, memory } = socket;
  const details: Record<string, Value> = { state, type, inode, cookie, name: name ?? null, peer };
  if (file !== undefined) details["file"] = `${file.major}:${file.minor}:${file.inode}`;
  if (state === "listening") {
    details["backlog"] = queues?.send ?? null;
    details["pending"] = queues?.receive ?? null;
  }
  if (shutdown !== 0) details["shutdown"] = shutdowns[shutdown & 3] ?? null;
  if (memory?.drops) details["drops"] = memory.drops;
  if (inFlight !== undefined) details["descriptorsInFlight"] = inFlight;
  return details;
}
