/** TCP, UDP and raw sockets as sock_diag(7) lists them: include/uapi/linux/inet_diag.h. */
import { ipText } from "../ip-address.ts";
import { visitAttributes } from "../netlink/attribute.ts";
import { decodeCookie, decodeMemory, type SocketMemory } from "./memory.ts";

/** Where a socket is, or its peer. */
export interface Endpoint {
  /** As ip-address.ts writes it. */
  readonly address: string;
  /** Of a raw socket the protocol. */
  readonly port: number;
}

/** A socket. What the kernel did not say is undefined. */
export interface InetSocket {
  readonly family: "v4" | "v6";
  /** The kernel's number: include/net/tcp_states.h. */
  readonly state: number;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** The number of the network interface to which it is bound; 0: to none. */
  readonly interface: number;
  /** Never given twice since the machine was started; undefined where no sock_diag listed it. */
  readonly cookie: number | bigint | undefined;
  /** Of a listening one, connections that wait to be accepted; else bytes that were not read yet. */
  readonly receiveQueue: number;
  /** Of a listening one, the backlog; else bytes that the other side has not acknowledged. */
  readonly sendQueue: number;
  readonly uid: number;
  /** 0 where no process has it, or has it yet. */
  readonly inode: number;
  readonly retransmits: number;
  /** 1: does not receive any more; 2: does not send any more. */
  readonly shutdown: number;
  readonly memory: SocketMemory | undefined;
  readonly traffic: Traffic | undefined;
  /** The inode number of its control group (version 2); since Linux 5.8. */
  readonly cgroupId: number | bigint | undefined;
  /** Of an IPv6 one: whether it takes no IPv4. */
  readonly isV6Only: boolean | undefined;
}

/** What a TCP connection has carried. */
export interface Traffic {
  readonly sentBytes: number | bigint;
  readonly receivedBytes: number | bigint;
}

/** State 1 of include/net/tcp_states.h; of UDP: connected. */
export const INET_ESTABLISHED = 1;
/** See INET_ESTABLISHED. */
export const INET_SYN_SENT = 2;
/** See INET_ESTABLISHED. */
export const INET_SYN_RECEIVED = 3;
/** See INET_ESTABLISHED. */
export const INET_TIME_WAIT = 6;
/** See INET_ESTABLISHED. */
export const INET_CLOSE_WAIT = 8;
/** See INET_ESTABLISHED. */
export const INET_LISTEN = 10;

const AF_INET = 2;
const AF_INET6 = 10;
const REQUEST_BYTES = 56;
const MESSAGE_BYTES = 72;

/** INET_DIAG_INFO and INET_DIAG_SKMEMINFO, as bits of idiag_ext. */
const EXTENSIONS = (1 << (2 - 1)) | (1 << (7 - 1));

/** Which sockets to list. */
export interface InetRequest {
  readonly family: "v4" | "v6";
  /** IPPROTO_TCP 6, IPPROTO_UDP 17, IPPROTO_UDPLITE 136, IPPROTO_RAW 255. */
  readonly protocol: number;
  /** States left out. */
  readonly without: readonly number[];
}

/** Asks for the sockets of one family and protocol. */
export function encodeInetRequest({ family, protocol, without }: InetRequest): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, family === "v4" ? AF_INET : AF_INET6);
  view.setUint8(1, protocol);
  view.setUint8(2, EXTENSIONS);
  view.setUint32(4, without.reduce((states, state) => states & ~(1 << state), -1) >>> 0, true);
  return bytes;
}

/** Undefined where it is no answer about a socket of the internet. */
export function decodeInetSocket(
  view: DataView,
  start: number,
  end: number,
): InetSocket | undefined {
  if (end - start < MESSAGE_BYTES) return undefined;
  const family = families[view.getUint8(start)];
  if (family === undefined) return undefined;
  const socket: Draft = {
    family,
    state: view.getUint8(start + 1),
    local: endpointAt(view, start + 8, start + 4, family),
    remote: endpointAt(view, start + 24, start + 6, family),
    interface: view.getUint32(start + 40, true),
    cookie: decodeCookie(view, start + 44),
    receiveQueue: view.getUint32(start + 56, true),
    sendQueue: view.getUint32(start + 60, true),
    uid: view.getUint32(start + 64, true),
    inode: view.getUint32(start + 68, true),
    retransmits: view.getUint8(start + 3),
    shutdown: 0,
    memory: undefined,
    traffic: undefined,
    cgroupId: undefined,
    isV6Only: undefined,
  };
  visitAttributes(view, start + MESSAGE_BYTES, end, (type, from, to) => {
    takeAttribute(socket, view, type, from, to);
  });
  return socket;
}

type Draft = { -readonly [Field in keyof InetSocket]: InetSocket[Field] };

const families: Readonly<Record<number, "v4" | "v6">> = { [AF_INET]: "v4", [AF_INET6]: "v6" };

function endpointAt(view: DataView, address: number, port: number, family: "v4" | "v6"): Endpoint {
  return { address: ipText(view, address, family), port: view.getUint16(port) };
}

/** Where struct tcp_info counts the bytes: include/uapi/linux/tcp.h. */
const BYTES_RECEIVED = 128;
const BYTES_SENT = 200;

function takeAttribute(
  socket: Draft,
  view: DataView,
  type: number,
  start: number,
  end: number,
): void {
  const sizeBytes = end - start;
  switch (type) {
    case 2:
      if (sizeBytes >= BYTES_SENT + 8) socket.traffic = trafficAt(view, start);
      break;
    case 7:
      socket.memory = decodeMemory(view, start, end);
      break;
    case 8:
      if (sizeBytes >= 1) socket.shutdown = view.getUint8(start);
      break;
    case 11:
      if (sizeBytes >= 1) socket.isV6Only = view.getUint8(start) !== 0;
      break;
    case 21:
      if (sizeBytes >= 8) socket.cgroupId = decodeCookie(view, start);
      break;
    default:
  }
}

/** The count is a 64-bit number in the machine's order, as a cookie is. */
function trafficAt(view: DataView, start: number): Traffic {
  return {
    sentBytes: decodeCookie(view, start + BYTES_SENT),
    receivedBytes: decodeCookie(view, start + BYTES_RECEIVED),
  };
}
