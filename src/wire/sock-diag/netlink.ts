/** Netlink sockets as sock_diag(7) lists them: include/uapi/linux/netlink_diag.h. */
import { visitAttributes } from "../netlink/attribute.ts";
import { decodeCookie, decodeMemory, type SocketMemory } from "./memory.ts";

/** A socket. What the kernel did not say is undefined. */
export interface NetlinkSocket {
  /** With whom it speaks: 0 route, 15 uevents, 16 generic … (linux/netlink.h). */
  readonly protocol: number;
  /** Its number among those of its family; 0 of the kernel's own. */
  readonly portId: number;
  /** To whom it is connected; 0: the kernel. */
  readonly peerPortId: number;
  readonly inode: number;
  readonly cookie: number | bigint;
  /** The groups whose messages it gets, from 1 on. */
  readonly groups: readonly number[];
  readonly memory: SocketMemory | undefined;
  /** True while it is given a listing. */
  readonly isListing: boolean;
}

const AF_NETLINK = 16;
const REQUEST_BYTES = 20;
const MESSAGE_BYTES = 28;
const ALL_PROTOCOLS = 0xff;
/** NDIAG_SHOW_MEMINFO, NDIAG_SHOW_GROUPS, NDIAG_SHOW_FLAGS. */
const SHOW_ALL = 0x0b;
const FLAG_CALLBACK_RUNNING = 1;

/** Asks for every socket of every family of netlink. */
export function encodeNetlinkRequest(): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, AF_NETLINK);
  view.setUint8(1, ALL_PROTOCOLS);
  view.setUint32(8, SHOW_ALL, true);
  return bytes;
}

/** Undefined where it is no answer about a netlink socket. */
export function decodeNetlinkSocket(
  view: DataView,
  start: number,
  end: number,
): NetlinkSocket | undefined {
  if (end - start < MESSAGE_BYTES || view.getUint8(start) !== AF_NETLINK) return undefined;
  let memory: SocketMemory | undefined;
  let groups: readonly number[] = [];
  let flags = 0;
  visitAttributes(view, start + MESSAGE_BYTES, end, (type, from, to) => {
    if (type === 0) memory = decodeMemory(view, from, to);
    if (type === 1) groups = groupsIn(view, from, to);
    if (type === 4 && to - from >= 4) flags = view.getUint32(from, true);
  });
  return {
    protocol: view.getUint8(start + 2),
    portId: view.getUint32(start + 4, true),
    peerPortId: view.getUint32(start + 8, true),
    inode: view.getUint32(start + 16, true),
    cookie: decodeCookie(view, start + 20),
    groups,
    memory,
    isListing: (flags & FLAG_CALLBACK_RUNNING) !== 0,
  };
}

/** Bit 0 stands for group 1; on a machine of little end words of any width read alike. */
function groupsIn(view: DataView, start: number, end: number): number[] {
  const groups: number[] = [];
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at);
    for (let bit = 0; byte >> bit !== 0; bit++) {
      if (((byte >> bit) & 1) !== 0) groups.push((at - start) * 8 + bit + 1);
    }
  }
  return groups;
}
