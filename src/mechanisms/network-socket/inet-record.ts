/** A socket of the internet as the schema has it. */
import type { View } from "../../io/room.ts";
import type { ObjectRecord, Unknown } from "../../io/schema.ts";
import { socketHolders, unheldText } from "../../io/seeing/sockets.ts";
import { INET_LISTEN } from "../../wire/sock-diag/inet.ts";
import { type Ends, isPending } from "./inet-links.ts";
import type { InetKind, SeenInet } from "./inet-sockets.ts";

/** True of a TCP socket that accepts connections. */
export function isListening({ kind, socket }: SeenInet): boolean {
  return kind === "tcp" && socket.state === INET_LISTEN;
}

/** True where the kernel takes no more connections: it keeps one more than the backlog. */
export function isBacklogFull(seen: SeenInet): boolean {
  return isListening(seen) && seen.socket.receiveQueue > seen.socket.sendQueue;
}

/**
 * True where who sends has to wait until some of what it sent has arrived. TCP lets a writer go on once
 * a third of the buffer is free (sk_stream_is_writeable in include/net/sock.h), and poll(2) says so.
 */
export function isSendBufferFull({ kind, socket: { memory } }: SeenInet): boolean {
  if (memory === undefined) return false;
  const { sendBufferBytes, sentBytes, queuedBytes = 0 } = memory;
  if (kind === "tcp") return sendBufferBytes - queuedBytes < queuedBytes / 2;
  return sentBytes > 0 && sentBytes >= sendBufferBytes;
}

/** Makes the records of one look. */
export function recorder(view: View, ends: Ends): (seen: SeenInet) => ObjectRecord {
  const unheld: Unknown = { ...unsaid, holders: unheldText(view) };
  return (seen) => {
    const { kind, socket, address, aliases, namespace } = seen;
    const isHeld = socket.inode !== 0 && socketHolders(view, socket.inode).length > 0;
    // Of a socket without an inode it is sure that no process has it.
    const isSure = isHeld || socket.inode === 0;
    return {
      address,
      aliases,
      kind,
      title: titles[kind],
      namespace,
      uid: socket.uid,
      gid: null,
      mode: null,
      used: usedOf(seen),
      limit: limitOf(seen),
      changedAt: null,
      flags: flagsOf(seen, ends, isHeld),
      details: detailsOf(seen, ends),
      unknown: isSure ? unsaid : unheld,
      source,
    };
  };
}

/** What the kinds are called in a sentence. */
export const titles: Readonly<Record<InetKind, string>> = {
  tcp: "TCP socket",
  udp: "UDP socket",
  raw: "raw socket",
};

const source = ["sock_diag(AF_INET, AF_INET6)", "/proc/PID/fd"];

const unsaid: Unknown = {
  gid: "the kernel does not list it",
  mode: "a socket has none",
  changedAt: "the kernel keeps no time",
};

function usedOf(seen: SeenInet): ObjectRecord["used"] {
  const { kind, socket } = seen;
  const { receiveQueue, sendQueue, memory } = socket;
  if (isListening(seen)) return { pending: receiveQueue };
  const receiveBufferBytes = memory?.receivedBytes ?? receiveQueue;
  if (kind === "tcp") {
    const sendBufferBytes = memory?.queuedBytes ?? 0;
    const bytes = receiveQueue;
    return { bytes, unacknowledgedBytes: sendQueue, receiveBufferBytes, sendBufferBytes };
  }
  // Of datagrams the queues are counted in memory anyway.
  return { receiveBufferBytes, sendBufferBytes: memory?.sentBytes ?? sendQueue };
}

function limitOf(seen: SeenInet): ObjectRecord["limit"] {
  const { memory, sendQueue } = seen.socket;
  if (isListening(seen)) return { pending: sendQueue + 1 };
  if (memory === undefined) return {};
  const { receiveBufferBytes, sendBufferBytes } = memory;
  return { receiveBufferBytes, sendBufferBytes };
}

function flagsOf(seen: SeenInet, ends: Ends, isHeld: boolean): string[] {
  const flags: string[] = [];
  if (isBacklogFull(seen) || isSendBufferFull(seen)) flags.push("full");
  if (isPending(seen) && ends.listenerOf(seen) !== undefined) flags.push("not-accepted");
  if (!isHeld) flags.push("not-held");
  // What TCP drops is sent again.
  if (seen.kind !== "tcp" && (seen.socket.memory?.drops ?? 0) > 0) flags.push("dropped");
  return flags;
}

/** The words of tcp(7) and ss(8), by the kernel's numbers. */
const states: readonly (string | undefined)[] = [
  ...[undefined, "established", "syn-sent", "syn-received", "fin-wait-1", "fin-wait-2"],
  ...["time-wait", "closed", "close-wait", "last-ack", "listening", "closing", "syn-received"],
  "bound",
];

/** Of UDP the same numbers mean less. */
function stateOf({ kind, socket, remote }: SeenInet): string {
  if (kind !== "tcp") return remote === undefined ? "bound" : "connected";
  return states[socket.state] ?? String(socket.state);
}

const shutdowns = ["nothing", "receiving", "sending", "both"];

function detailsOf(seen: SeenInet, ends: Ends): ObjectRecord["details"] {
  const { kind, socket, local, remote } = seen;
  const { inode, cookie, shutdown, traffic, memory, cgroupId, isV6Only, retransmits } = socket;
  return {
    state: stateOf(seen),
    family: socket.family,
    inode,
    cookie: cookie ?? null,
    local,
    remote: remote ?? null,
    peer: ends.peerOf(seen)?.address ?? null,
    ...(kind === "raw" && { protocol: socket.local.port }),
    ...(isListening(seen) && { backlog: socket.sendQueue }),
    ...(socket.interface !== 0 && { interface: socket.interface }),
    ...(isV6Only === true && { v6Only: true }),
    ...(shutdown !== 0 && { shutdown: shutdowns[shutdown & 3] ?? null }),
    ...(retransmits !== 0 && { retransmits }),
    ...(traffic && !isListening(seen) && { ...traffic }),
    ...(memory?.drops && { drops: memory.drops }),
    ...(cgroupId !== undefined && { cgroupId }),
  };
}
