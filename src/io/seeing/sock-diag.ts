/**
 * Listing the sockets of a network namespace through sock_diag(7). A listing comes in parts of up to
 * 32 KiB, each with hundreds of messages; nothing of it waits, and nothing is changed by asking.
 */
import { fstatSync } from "node:fs";
import { errnoOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { createRegion, type Region, releaseRegion } from "../../sys/region.ts";
import * as sys from "../../sys/socket.ts";
import * as netlink from "../../wire/netlink/message.ts";
import type { Descriptor } from "../descriptor.ts";
import { openSocketIn, type Place } from "./abroad.ts";

/** What came of one question. */
export interface Listing<Entry> {
  readonly entries: readonly Entry[];
  /** True where sockets may be missing, because they changed while each of several listings was made. */
  readonly wasInterrupted: boolean;
  /** The inode of the socket through which it was asked, which is in the listing of netlink's own. */
  readonly inode: number;
  /** Why there is nothing: ENOENT where this kernel has no such listing; undefined where there is. */
  readonly refusal: SystemError | undefined;
}

/** Reads the answer about one socket; undefined where it is none. */
export type Decode<Entry> = (view: DataView, start: number, end: number) => Entry | undefined;

/** The kernel makes no part larger than this (netlink_recvmsg in net/netlink/af_netlink.c). */
const PART_BYTES = 32_768;
const ATTEMPTS = 3;
const SOCK_DIAG_BY_FAMILY = 20;
const ENOBUFS = errnoOf("ENOBUFS");

/** One question to the network of a place. A refusal is part of the answer. */
export function listSockets<Entry>(
  place: Place,
  request: Uint8Array,
  decode: Decode<Entry>,
): Listing<Entry> {
  const region = createRegion(PART_BYTES);
  try {
    return repeated(place, request, decode, region);
  } catch (refused) {
    if (!(refused instanceof SystemError)) throw refused;
    return { entries: [], wasInterrupted: false, inode: 0, refusal: refused };
  } finally {
    releaseRegion(region);
  }
}

function repeated<Entry>(
  place: Place,
  request: Uint8Array,
  decode: Decode<Entry>,
  region: Region,
): Listing<Entry> {
  for (let attempt = 1; ; attempt++) {
    using socket = openSocketIn(place, sys.AF_NETLINK, sys.SOCK_RAW, sys.NETLINK_SOCK_DIAG);
    const entries: Entry[] = [];
    ask(socket, request, region);
    const wasInterrupted = !receiveAll(socket, region, decode, entries);
    const last = attempt === ATTEMPTS;
    if (wasInterrupted && !last) continue;
    return { entries, wasInterrupted, inode: fstatSync(socket.fd).ino, refusal: undefined };
  }
}

/** Each question has a socket of its own, so that one number serves for all. */
const SEQUENCE = 1;

function ask(socket: Descriptor, request: Uint8Array, region: Region): void {
  const type = SOCK_DIAG_BY_FAMILY;
  const flags = netlink.NLM_F_REQUEST | netlink.NLM_F_DUMP;
  const message = netlink.encodeMessage({ type, flags, sequence: SEQUENCE, portId: 0 }, request);
  region.bytes.set(message);
  const sent = sys.send(socket.fd, region, message.length);
  if (sent < 0) throw new SystemError(sent, "sendto", { path: "NETLINK_SOCK_DIAG" });
}

/** False where the listing is not whole. @throws SystemError what the kernel refused with */
function receiveAll<Entry>(
  socket: Descriptor,
  region: Region,
  decode: Decode<Entry>,
  entries: Entry[],
): boolean {
  const so = { ended: false, whole: true };
  while (!so.ended) {
    const got = sys.recv(socket.fd, region, sys.MSG_TRUNC);
    if (got === -ENOBUFS || got === 0 || got > region.sizeBytes) return false;
    if (got < 0) throw new SystemError(got, "recvfrom", { path: "NETLINK_SOCK_DIAG" });
    takePart(new DataView(region.view.buffer, 0, got), decode, entries, so);
  }
  return so.whole;
}

/** How far a listing has come. */
interface Progress {
  ended: boolean;
  whole: boolean;
}

function takePart<Entry>(
  view: DataView,
  decode: Decode<Entry>,
  entries: Entry[],
  so: Progress,
): void {
  for (const message of netlink.decodeMessages(view)) {
    if ((message.flags & netlink.NLM_F_DUMP_INTR) !== 0) so.whole = false;
    if (message.sequence !== SEQUENCE) continue;
    so.ended = isEnd(view, message);
    if (so.ended) return;
    const entry = decode(view, message.start, message.end);
    if (entry !== undefined) entries.push(entry);
  }
}

/** @throws SystemError where the kernel says no, or ended the listing for a reason */
function isEnd(view: DataView, message: netlink.Message): boolean {
  if (message.type !== netlink.NLMSG_DONE && message.type !== netlink.NLMSG_ERROR) return false;
  const result = netlink.resultOf(view, message);
  if (result < 0) throw new SystemError(result, "recvfrom", { path: "NETLINK_SOCK_DIAG" });
  return true;
}
