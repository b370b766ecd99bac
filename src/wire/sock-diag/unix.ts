/** Unix sockets as sock_diag(7) lists them: include/uapi/linux/unix_diag.h. */
import { visitAttributes } from "../netlink/attribute.ts";
import { unixNameText } from "../unix-name.ts";
import { decodeCookie, decodeMemory, type SocketMemory } from "./memory.ts";

/** SOCK_STREAM, SOCK_DGRAM and SOCK_SEQPACKET. */
export type UnixSocketType = "stream" | "dgram" | "seqpacket" | "unknown";

/** A socket. What the kernel did not say is undefined. */
export interface UnixSocket {
  readonly type: UnixSocketType;
  /** The kernel's number: 1 connected, 7 neither, 10 listening (include/net/tcp_states.h). */
  readonly state: number;
  readonly inode: number;
  /** Never given twice since the machine was started, other than the inode. */
  readonly cookie: number | bigint;
  /** As unixNameText() writes it; undefined for one that was never bound. */
  readonly name: string | undefined;
  /** The file that it is bound to; the kernel gives 32 bits of the inode. */
  readonly file:
    | { readonly inode: number; readonly major: number; readonly minor: number }
    | undefined;
  /** The inode of its peer; 0 where that is nobody's yet, or nobody's any more. */
  readonly peer: number | undefined;
  /** Of a listening one: the inodes of those who wait to be accepted. */
  readonly pending: readonly number[];
  /**
   * Of a listening one, connections that wait and the backlog; of others unread bytes, with datagrams
   * those of the first, and the memory of what it sent and was not read yet.
   */
  readonly queues: { readonly receive: number; readonly send: number } | undefined;
  readonly memory: SocketMemory | undefined;
  /** 1: does not receive any more; 2: does not send any more. */
  readonly shutdown: number;
  /** Since Linux 5.3. */
  readonly uid: number | undefined;
}

/** State 10 of include/net/tcp_states.h. */
export const UNIX_LISTENING = 10;
/** State 1 of include/net/tcp_states.h. */
export const UNIX_CONNECTED = 1;

const AF_UNIX = 1;
const REQUEST_BYTES = 24;
const MESSAGE_BYTES = 16;
/** All seven of UDIAG_SHOW_. */
const SHOW_ALL = 0x7f;

/** Asks for every socket with all that is told of it. */
export function encodeUnixRequest(): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, AF_UNIX);
  view.setUint32(4, 0xffffffff, true);
  view.setUint32(12, SHOW_ALL, true);
  view.setUint32(16, 0xffffffff, true);
  view.setUint32(20, 0xffffffff, true);
  return bytes;
}

/** Undefined where it is no answer about a Unix socket. */
export function decodeUnixSocket(
  view: DataView,
  start: number,
  end: number,
): UnixSocket | undefined {
  if (end - start < MESSAGE_BYTES || view.getUint8(start) !== AF_UNIX) return undefined;
  const socket: Draft = {
    type: types[view.getUint8(start + 1)] ?? "unknown",
    state: view.getUint8(start + 2),
    inode: view.getUint32(start + 4, true),
    cookie: decodeCookie(view, start + 8),
    name: undefined,
    file: undefined,
    peer: undefined,
    pending: none,
    queues: undefined,
    memory: undefined,
    shutdown: 0,
    uid: undefined,
  };
  visitAttributes(view, start + MESSAGE_BYTES, end, (type, from, to) => {
    const least = sizes[type];
    if (least !== undefined && to - from >= least) takers[type]?.(socket, view, from, to);
  });
  return socket;
}

type Draft = { -readonly [Field in keyof UnixSocket]: UnixSocket[Field] };
type Taker = (socket: Draft, view: DataView, start: number, end: number) => void;

const none: readonly number[] = [];
const types: readonly (UnixSocketType | undefined)[] = [
  ...[undefined, "stream", "dgram", undefined, undefined, "seqpacket"],
] as const;

/** Bytes that each attribute has at least: UNIX_DIAG_NAME is 0, UNIX_DIAG_UID 7. */
const sizes: readonly number[] = [0, 8, 4, 0, 8, 0, 1, 4];

const takers: readonly Taker[] = [
  (socket, view, start, end) => {
    socket.name = unixNameText(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
  },
  (socket, view, start) => {
    const device = view.getUint32(start + 4, true);
    const inode = view.getUint32(start, true);
    socket.file = { inode, major: device >>> 20, minor: device & 0xfffff };
  },
  (socket, view, start) => {
    socket.peer = view.getUint32(start, true);
  },
  (socket, view, start, end) => {
    const pending: number[] = [];
    for (let at = start; end - at >= 4; at += 4) pending.push(view.getUint32(at, true));
    socket.pending = pending;
  },
  (socket, view, start) => {
    const receive = view.getUint32(start, true);
    socket.queues = { receive, send: view.getUint32(start + 4, true) };
  },
  (socket, view, start, end) => {
    socket.memory = decodeMemory(view, start, end);
  },
  (socket, view, start) => {
    socket.shutdown = view.getUint8(start);
  },
  (socket, view, start) => {
    socket.uid = view.getUint32(start, true);
  },
];
