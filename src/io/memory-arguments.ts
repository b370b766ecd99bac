/** What callers say about memory: which bytes of it, and as what. */
// The global of this name is a getter, which costs a call.
import { Buffer, constants } from "node:buffer";
import { isUint8Array } from "node:util/types";
import { outOfRange, wrongType } from "../sys/errors.ts";

/** A class of typed views, or DataView. */
export interface ViewType<View> {
  new (buffer: ArrayBuffer, offset: number, length: number): View;
  readonly BYTES_PER_ELEMENT?: number;
}

/** The longest ArrayBuffer of this Node: 4 GiB on Node 20. */
export const BUFFER_BYTES_MAX: number = constants.MAX_LENGTH;

const typedArray: unknown = Object.getPrototypeOf(Uint8Array);

/** How long an element of a view is: 1 for a DataView. @throws TypeError */
export function elementBytes(type: ViewType<unknown>): number {
  if ((type as unknown) === DataView) return 1;
  const { BYTES_PER_ELEMENT: step } = typeof type === "function" ? type : {};
  const isElement = typeof step === "number" && [1, 2, 4, 8].includes(step);
  if (isElement && Object.getPrototypeOf(type) === typedArray) return step;
  throw wrongType("type", "a class of typed arrays, or DataView", type);
}

/** Where a copy goes: the caller's bytes, or as many new ones. @throws TypeError, RangeError */
export function targetOf(target: Uint8Array | number): Buffer {
  if (typeof target === "number") {
    checkNumber("target", target);
    if (target > BUFFER_BYTES_MAX) throw outOfRange("target", `0 to ${BUFFER_BYTES_MAX}`, target);
    return Buffer.allocUnsafe(target);
  }
  if (!isUint8Array(target)) throw wrongType("target", "a Uint8Array or a number of bytes", target);
  if (target instanceof Buffer) return target;
  return Buffer.from(target.buffer as ArrayBuffer, target.byteOffset, target.length);
}

/** @throws TypeError, RangeError */
export function checkNumber(what: string, value: number): void {
  if (typeof value !== "number") throw wrongType(what, "a number", value);
  if (!Number.isSafeInteger(value) || value < 0) throw outOfRange(what, "0 to 2^53-1", value);
}
