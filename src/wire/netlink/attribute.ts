/** The attributes behind what a netlink message begins with: a length, a type and a value each. */
import { aligned } from "./message.ts";

/** sizeof(struct nlattr): include/uapi/linux/netlink.h. */
export const ATTRIBUTE_HEADER_BYTES = 4;

/** The two highest bits of a type say how its value is written: nested, or in network byte order. */
export const TYPE_MASK = 0x3fff;

/** What is told of one attribute: its type with all its bits, and where its value lies. */
export type Visit = (type: number, start: number, end: number) => void;

/**
 * Shows each attribute between `start` and `end`. One that is cut off ends it, as everywhere in the
 * kernel (nla_ok): those before it are right. Where the next would begin is the answer.
 */
export function visitAttributes(view: DataView, start: number, end: number, visit: Visit): number {
  const last = Math.min(end, view.byteLength);
  let at = start;
  while (last - at >= ATTRIBUTE_HEADER_BYTES) {
    const sizeBytes = view.getUint16(at, true);
    if (sizeBytes < ATTRIBUTE_HEADER_BYTES || sizeBytes > last - at) break;
    visit(view.getUint16(at + 2, true), at + ATTRIBUTE_HEADER_BYTES, at + sizeBytes);
    at += aligned(sizeBytes);
  }
  return Math.min(at, last);
}

/** An attribute with its header, filled up with zeros to a multiple of 4. */
export function encodeAttribute(type: number, value: Uint8Array): Uint8Array {
  const sizeBytes = ATTRIBUTE_HEADER_BYTES + value.length;
  const bytes = new Uint8Array(aligned(sizeBytes));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sizeBytes, true);
  view.setUint16(2, type, true);
  bytes.set(value, ATTRIBUTE_HEADER_BYTES);
  return bytes;
}
