/** Memory that may be shared, a call a line: mappings by number; results are >= 0 or -errno. */
import { addon } from "./addon.ts";
import { SystemError } from "./errors.ts";
import type { Region } from "./region.ts";

export const PROT_NONE = 0;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

export const MAP_SHARED = 0x01;
export const MAP_PRIVATE = 0x02;
export const MAP_ANONYMOUS = 0x20;

export const MS_ASYNC = 1;
export const MS_INVALIDATE = 2;
export const MS_SYNC = 4;

export const MLOCK_ONFAULT = 1;

/** What a guard's state says (native/engines/guard.h). */
export const GUARD_TRUNCATED = 1;
export const GUARD_FORBIDDEN = 2;

/** mmap(2), anywhere; a mapping's number. */
export function mmap(
  fd: number,
  offset: number,
  sizeBytes: number,
  protection: number,
  flags: number,
): number {
  return addon().mmap(fd, offset, sizeBytes, protection, flags);
}

/** mmap(2) of address space for nobody (PROT_NONE); a mapping's number. */
export function reserve(sizeBytes: number): number {
  return addon().reserve(sizeBytes);
}

/** A span of a mapping. */
export interface Span {
  readonly mapping: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** @see mprotect(2) */
export function mprotect({ mapping, offset, sizeBytes }: Span, protection: number): number {
  return addon().mprotect(mapping, offset, sizeBytes, protection);
}

/** @see madvise(2) */
export function madvise({ mapping, offset, sizeBytes }: Span, advice: number): number {
  return addon().madvise(mapping, offset, sizeBytes, advice);
}

/** @see msync(2) */
export function msync({ mapping, offset, sizeBytes }: Span, flags: number): number {
  return addon().msync(mapping, offset, sizeBytes, flags);
}

/** mlock(2), or with flags mlock2(2) */
export function mlock({ mapping, offset, sizeBytes }: Span, flags: number): number {
  return addon().mlock(mapping, offset, sizeBytes, flags);
}

/** @see munlock(2) */
export function munlock({ mapping, offset, sizeBytes }: Span): number {
  return addon().munlock(mapping, offset, sizeBytes, 0);
}

/** mincore(2): a byte a page, whose lowest bit says that it is resident. How many pages. */
export function mincore({ mapping, offset, sizeBytes }: Span, pages: Region): number {
  return addon().mincore(mapping, offset, sizeBytes, pages.id, 0);
}

/** An ArrayBuffer over part of a mapping. @throws SystemError ENOMEM when there is none to be had */
export function windowOf({ mapping, offset, sizeBytes }: Span): ArrayBuffer {
  return had(addon().mappingWindow(mapping, offset, sizeBytes), sizeBytes);
}

/**
 * An ArrayBuffer over all of a mapping, to be brought to unmap().
 * @throws SystemError ENOMEM when there is none to be had
 */
export function wholeOf(mapping: number): ArrayBuffer {
  return had(addon().mappingWhole(mapping), addon().mappingSize(mapping));
}

function had(buffer: ArrayBuffer | undefined, sizeBytes: number): ArrayBuffer {
  if (buffer !== undefined) return buffer;
  const message = `no ArrayBuffer of ${sizeBytes} bytes over mapped memory`;
  throw new SystemError("ENOMEM", "mmap", { message });
}

/** How many bytes of a mapping may be used. */
export function sizeOf(mapping: number): number {
  return addon().mappingSize(mapping);
}

/**
 * Gives the memory back; every window, and what wholeOf() gave, then has length 0. 1 where pages of
 * our own stay in its place until forget(), for calls of Node's that are under way.
 */
export function unmap(mapping: number, whole?: ArrayBuffer): number {
  return addon().mappingClose(mapping, whole);
}

/** Once no ArrayBuffer over the mapping can be reached any more, by a call under way either. */
export function forget(mapping: number): number {
  return addon().mappingForget(mapping);
}

let states: Int32Array | undefined;

/** Reads what has happened to a mapping: 0, or one of the guard's states. */
export function guardOf(mapping: number): () => number {
  states ??= new Int32Array(addon().mappingStates() ?? new ArrayBuffer(0));
  const place = addon().mappingGuard(mapping);
  const all = states;
  return () => all[place] ?? 0;
}
