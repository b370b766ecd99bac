/** What is sent and received, and how a receiver chooses. */
import { isUint8Array } from "node:util/types";
import { outOfRange, wrongType } from "../../sys/errors.ts";
import { MSG_EXCEPT, MSG_NOERROR } from "../../sys/msg.ts";

/** The type of a message: 1 to 2^63-1; a bigint where it passes 2^53-1. */
export type MessageType = number | bigint;

/** A message as it was received or seen. */
export interface Message {
  readonly type: MessageType;
  /** A copy, which is the receiver's; with `into` a view of that memory. */
  readonly data: Buffer;
}

/** Which message to take. At most one of `type` and `except`. */
export interface Selection {
  /**
   * 0 (the default): the oldest message. N > 0: the oldest of type N. -N: the oldest of the lowest
   * type that is not above N.
   */
  readonly type?: MessageType | undefined;
  /** The oldest message of any other type than this one (MSG_EXCEPT). */
  readonly except?: MessageType | undefined;
  /** Refuse a longer message with E2BIG: it stays in the queue. 0 to 2^31-16; default: any. */
  readonly maxBytes?: number | undefined;
  /** Cut off what passes maxBytes instead (MSG_NOERROR); the rest is lost. Default: false. */
  readonly noError?: boolean | undefined;
  /**
   * Receive into this memory, and not into memory of its own: `data` is then a view of its
   * beginning, until the next message is received into it. maxBytes is its length, or less.
   */
  readonly into?: Uint8Array | undefined;
}

/** A selection in the kernel's words. */
export interface KernelSelection {
  readonly type: MessageType;
  readonly flags: number;
  /** TEXT_BYTES_MAX where any length will do. */
  readonly maxBytes: number;
  readonly into: Uint8Array | undefined;
}

/** The longest text that the memory of a call has room for. */
export const TEXT_BYTES_MAX: number = 2 ** 31 - 16;

const TYPE_MAX = 2n ** 63n - 1n;
const ANY: KernelSelection = { type: 0, flags: 0, maxBytes: TEXT_BYTES_MAX, into: undefined };

/** @throws TypeError, RangeError */
export function kernelSelection(selection: Selection | undefined): KernelSelection {
  if (selection === undefined) return ANY;
  if (typeof selection !== "object" || selection === null) {
    throw wrongType("options", "an object", selection);
  }
  const { type, except, maxBytes, noError, into } = selection;
  const room = into === undefined ? TEXT_BYTES_MAX : roomIn(into);
  const most = maxBytes === undefined ? room : checkMost(maxBytes, room);
  const cut = noError === true && most < TEXT_BYTES_MAX ? MSG_NOERROR : 0;
  if (except !== undefined)
    return { ...excepted(selection), flags: cut | MSG_EXCEPT, maxBytes: most, into };
  return { type: type === undefined ? 0 : checkWanted(type), flags: cut, maxBytes: most, into };
}

function excepted({ type, except }: Selection): { readonly type: MessageType } {
  if (type === undefined) return { type: checkType(except as MessageType, "except") };
  throw outOfRange("options", "either type or except, not both", { type, except });
}

function roomIn(into: Uint8Array): number {
  if (isUint8Array(into)) return Math.min(trueByteLength.call(into), TEXT_BYTES_MAX);
  throw wrongType("into", "a Uint8Array", into);
}

function checkMost(maxBytes: number, room: number): number {
  checkTextBytes("maxBytes", maxBytes);
  if (maxBytes <= room) return maxBytes;
  throw outOfRange("maxBytes", `at most the length of into, ${room}`, maxBytes);
}

/** @throws TypeError, RangeError */
export function checkType(type: MessageType, what = "type"): MessageType {
  if (typeof type === "number" ? Number.isSafeInteger(type) && type > 0 : inRange(type, 1n)) {
    return type;
  }
  throw refuseType(what, "1 to 2^63-1 (a bigint above 2^53-1)", type);
}

function checkWanted(type: MessageType): MessageType {
  if (typeof type === "number" ? Number.isSafeInteger(type) : inRange(type, -TYPE_MAX)) return type;
  throw refuseType("type", "-(2^63-1) to 2^63-1 (a bigint beyond 2^53-1)", type);
}

function inRange(type: unknown, lowest: bigint): boolean {
  return typeof type === "bigint" && type >= lowest && type <= TYPE_MAX;
}

function refuseType(what: string, expected: string, value: unknown): Error {
  const known = typeof value === "number" || typeof value === "bigint";
  return known ? outOfRange(what, expected, value) : wrongType(what, "a number or a bigint", value);
}

/** The length of a text in bytes. @throws TypeError, RangeError */
export function textBytes(data: Uint8Array | string): number {
  const size = typeof data === "string" ? Buffer.byteLength(data) : byteLengthOf(data);
  if (size > TEXT_BYTES_MAX) throw outOfRange("data", `at most ${TEXT_BYTES_MAX} bytes`, size);
  return size;
}

function byteLengthOf(data: Uint8Array): number {
  if (isUint8Array(data)) return trueByteLength.call(data);
  throw wrongType("data", "a Uint8Array or a string", data);
}

/** The language's own getter: a subclass may say anything. */
const trueByteLength: (this: Uint8Array) => number = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  "byteLength",
)?.get as (this: Uint8Array) => number;

function checkTextBytes(what: string, size: number): void {
  if (typeof size !== "number") throw wrongType(what, "a number", size);
  if (Number.isInteger(size) && size >= 0 && size <= TEXT_BYTES_MAX) return;
  throw outOfRange(what, `0 to ${TEXT_BYTES_MAX} bytes`, size);
}
