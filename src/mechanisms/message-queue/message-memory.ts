/**
 * The memory in which messages cross to the kernel and back: the type in 8 bytes, then the text.
 * Calls that do not wait share one region; each call that waits has one of its own.
 */
import { createRegion, type Region, releaseRegion } from "../../sys/region.ts";
import { TYPE_BYTES } from "../../sys/sysv.ts";
import type { MessageType } from "./message.ts";

/** The kernel's default of kernel.msgmax; a longer message makes the region grow. */
const TEXT_BYTES_FIRST = 8192;
const FREE_MAX = 16;

let shared: Region | undefined;
const free: Region[] = [];

/** The region of the calls that do not wait, with room for at least `textBytes`. */
export function sharedMemory(textBytes: number): Region {
  if (shared !== undefined && textOf(shared) >= textBytes) return shared;
  const larger = createRegion(TYPE_BYTES + Math.max(TEXT_BYTES_FIRST, textBytes));
  if (shared !== undefined) releaseRegion(shared);
  shared = larger;
  return larger;
}

/** A region for one call that waits; give it back with returnMemory(). */
export function borrowMemory(textBytes: number): Region {
  const last = free.pop();
  if (last !== undefined && textOf(last) >= textBytes) return last;
  if (last !== undefined) releaseRegion(last);
  return createRegion(TYPE_BYTES + Math.max(TEXT_BYTES_FIRST, textBytes));
}

/** Keeps the region for the next wait, unless enough are kept already. */
export function returnMemory(region: Region): void {
  if (free.length < FREE_MAX) free.push(region);
  else releaseRegion(region);
}

/** How much text a region has room for. */
export function textOf(region: Region): number {
  return region.sizeBytes - TYPE_BYTES;
}

/** Most types are small numbers, which need no bigint. */
export function writeType(region: Region, type: MessageType): void {
  if (typeof type === "number" && type === (type | 0)) {
    region.words[0] = type;
    region.words[1] = type < 0 ? -1 : 0;
  } else {
    region.view.setBigInt64(0, BigInt(type), true);
  }
}

/** The type as a number, or as a bigint above 2^53-1. */
export function readType(region: Region): MessageType {
  const low = region.words[0] ?? 0;
  if (region.words[1] === 0 && low > 0) return low;
  const type = region.view.getBigInt64(0, true);
  return type <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(type) : type;
}

/** Writes the text; the region has room for it. */
export function writeText(region: Region, data: Uint8Array | string): void {
  if (typeof data === "string") region.bytes.write(data, TYPE_BYTES);
  else region.bytes.set(data, TYPE_BYTES);
}

/** A copy of the text, which is the caller's. */
export function readText(region: Region, sizeBytes: number): Buffer {
  return Buffer.from(region.bytes.subarray(TYPE_BYTES, TYPE_BYTES + sizeBytes));
}
