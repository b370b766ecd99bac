/**
 * The memory in which messages cross to the kernel and back: the type in 8 bytes, then the text.
 * Calls that do not wait share one region; each call that waits has one of its own.
 */
// The global of this name is a getter, which costs a call a message.
import { Buffer } from "node:buffer";
import { markAsUntransferable } from "node:worker_threads";
import { TYPE_BYTES } from "../../sys/msg.ts";
import { createRegion, type Region, releaseRegion } from "../../sys/region.ts";
import type { MessageType } from "./message.ts";

/** The kernel's default of kernel.msgmax; a longer message makes the region grow. */
export const TEXT_BYTES_FIRST: number = 8192;
const FREE_MAX = 16;
/** Memory for longer texts than this is not kept for the next ones. */
const TEXT_BYTES_KEPT = 1024 * 1024;

let shared: Region | undefined;
const free: Region[] = [];

/** The region of the calls that do not wait, with room for at least `textBytes`. */
export function sharedMemory(textBytes: number): Region {
  if (shared !== undefined && suits(textOf(shared), textBytes)) return shared;
  return renewShared(textBytes);
}

function renewShared(textBytes: number): Region {
  const made = createRegion(TYPE_BYTES + Math.max(TEXT_BYTES_FIRST, textBytes));
  if (shared !== undefined) releaseRegion(shared);
  shared = made;
  return made;
}

function suits(room: number, textBytes: number): boolean {
  return room >= textBytes && (room <= TEXT_BYTES_KEPT || textBytes > TEXT_BYTES_KEPT);
}

/** A region for one call that waits; give it back with returnMemory(). */
export function borrowMemory(textBytes: number): Region {
  const last = free.pop();
  if (last !== undefined && suits(textOf(last), textBytes)) return last;
  if (last !== undefined) releaseRegion(last);
  return createRegion(TYPE_BYTES + Math.max(TEXT_BYTES_FIRST, textBytes));
}

/** Keeps the region for the next wait, unless enough are kept already. */
export function returnMemory(region: Region): void {
  if (free.length < FREE_MAX && textOf(region) <= TEXT_BYTES_KEPT) free.push(region);
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

/**
 * A copy of the text, which is the caller's. All but long ones share a slab, as
 * Buffer.allocUnsafe's do: at 8 KiB that saves an eighth of a send and a receive. Short ones are
 * copied word by word: from 64 bytes to 512 that takes half the time of Buffer.from().
 */
export function readText(region: Region, sizeBytes: number): Buffer {
  if (sizeBytes > SLAB_TEXT_MAX) return copyOf(region, sizeBytes);
  if (slabUsed + sizeBytes > slab.byteLength) renewSlab();
  const offset = slabUsed;
  slabUsed += (sizeBytes + 7) & ~7;
  if (sizeBytes <= WORDS_TEXT_MAX) copyWords(region.longs, offset >> 3, (sizeBytes + 7) >> 3);
  else slabBytes.set(textView(region, sizeBytes), offset);
  return Buffer.from(slab, offset, sizeBytes);
}

const SLAB_BYTES = 65536;
const SLAB_TEXT_MAX = 8192;
const WORDS_TEXT_MAX = 512;

let slab = new ArrayBuffer(0);
let slabBytes = new Uint8Array(slab);
let slabLongs = new BigInt64Array(slab);
/** More than all of it: the first text, be it empty, makes the first slab. */
let slabUsed = SLAB_BYTES + 1;

/** The view that was made last: most messages are as long as the one before. */
let lastView: Uint8Array = new Uint8Array(0);
let lastRegion: Region | undefined;

/** The same for what was received into memory of the caller's. */
let lastData: Buffer = Buffer.alloc(0);
let lastInto: Uint8Array | undefined;

/**
 * The old slab lives as long as a text in it does. It cannot be transferred to a worker: that would
 * take the other texts in it away.
 */
function renewSlab(): void {
  slabBytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
  slab = slabBytes.buffer as ArrayBuffer;
  markAsUntransferable(slab);
  slabLongs = new BigInt64Array(slab);
  slabUsed = 0;
}

function copyWords(from: BigInt64Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) slabLongs[to + i] = from[i + 1] as bigint;
}

function copyOf(region: Region, sizeBytes: number): Buffer {
  const copy = Buffer.allocUnsafe(sizeBytes);
  copy.set(textView(region, sizeBytes));
  return copy;
}

/**
 * Copies the text to memory of the caller's, which may have been taken away (transferred, shrunk)
 * while the message was on its way: then into memory of its own, so that nothing is lost.
 */
export function readInto(region: Region, sizeBytes: number, into: Uint8Array): Buffer {
  if (into.byteLength < sizeBytes || into.byteLength === 0) return readText(region, sizeBytes);
  into.set(textView(region, sizeBytes));
  if (into !== lastInto || lastData.length !== sizeBytes) {
    lastData = Buffer.from(into.buffer, into.byteOffset, sizeBytes);
    lastInto = into;
  }
  return lastData;
}

function textView(region: Region, sizeBytes: number): Uint8Array {
  if (region !== lastRegion || sizeBytes !== lastView.length) {
    lastView = new Uint8Array(region.view.buffer, TYPE_BYTES, sizeBytes);
    lastRegion = region;
  }
  return lastView;
}
