/** The messages of netlink, whatever the family: a header of 16 bytes, then what the family says. */
import { WireError } from "../wire-error.ts";

/** sizeof(struct nlmsghdr): include/uapi/linux/netlink.h. */
export const HEADER_BYTES = 16;

/** See netlink(7). */
export const NLM_F_REQUEST = 1;
/** The listing changed while it was made: things may be missing, or be there twice. */
export const NLM_F_DUMP_INTR = 0x10;
/** Everything there is. */
export const NLM_F_DUMP = 0x300;

/** An errno, and the header of what was refused; the errno 0 acknowledges. */
export const NLMSG_ERROR = 2;
/** The end of a listing. */
export const NLMSG_DONE = 3;

/** What a header says of its message. */
export interface MessageHeader {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
}

/** A message; what it holds stays where it is, between `start` and `end`. */
export interface Message extends MessageHeader {
  readonly start: number;
  readonly end: number;
}

/** The messages and attributes begin at multiples of 4. */
export function aligned(sizeBytes: number): number {
  return (sizeBytes + 3) & ~3;
}

/** The messages in what one recv(2) gave. @throws WireError ERR_WIRE_TRUNCATED, ERR_WIRE_MALFORMED */
export function decodeMessages(view: DataView): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < view.byteLength; ) {
    if (view.byteLength - at < HEADER_BYTES) {
      throw new WireError("ERR_WIRE_TRUNCATED", at, "The header of a message is cut off");
    }
    const sizeBytes = view.getUint32(at, true);
    if (sizeBytes < HEADER_BYTES) {
      throw new WireError("ERR_WIRE_MALFORMED", at, "A message is shorter than its header");
    }
    if (sizeBytes > view.byteLength - at) {
      throw new WireError("ERR_WIRE_TRUNCATED", at, "A message is cut off");
    }
    messages.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      portId: view.getUint32(at + 12, true),
      start: at + HEADER_BYTES,
      end: at + sizeBytes,
    });
    at += aligned(sizeBytes);
  }
  return messages;
}

/** A message with its header, filled up with zeros to a multiple of 4. */
export function encodeMessage(header: MessageHeader, payload: Uint8Array): Uint8Array {
  const sizeBytes = HEADER_BYTES + payload.length;
  const bytes = new Uint8Array(aligned(sizeBytes));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sizeBytes, true);
  view.setUint16(4, header.type, true);
  view.setUint16(6, header.flags, true);
  view.setUint32(8, header.sequence, true);
  view.setUint32(12, header.portId, true);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/**
 * The result in NLMSG_ERROR and NLMSG_DONE, 0 or -errno; 0 too where a message is too short to hold
 * one, as older kernels' NLMSG_DONE may be.
 */
export function resultOf(view: DataView, { start, end }: Message): number {
  return end - start < 4 ? 0 : view.getInt32(start, true);
}
