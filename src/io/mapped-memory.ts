/**
 * Owned mappings: memory shared with other processes, as a Buffer, as typed views, and through
 * checked copies. Whatever happens to it, reading it never ends the process.
 */
// The global of this name is a getter, which costs a call.
import { Buffer } from "node:buffer";
import { isUint8Array } from "node:util/types";
import { type ErrorName, errnoOf } from "../sys/errno.ts";
import { outOfRange, SystemError, wrongType } from "../sys/errors.ts";
import * as sys from "../sys/memory.ts";
import { createRegion, releaseRegion } from "../sys/region.ts";
import { Lifetime } from "./lifetime.ts";
import { adviceOf, type MemoryAdvice } from "./memory-advice.ts";
import {
  BUFFER_BYTES_MAX,
  checkNumber,
  elementBytes,
  targetOf,
  type ViewType,
} from "./memory-arguments.ts";
import { type Protection, protectionOf } from "./memory-protection.ts";
import { checkOptions } from "./wait-options.ts";

export type { Protection, ViewType };

/** A part of the memory, from a page's beginning; the whole of it unless said otherwise. */
export interface MemoryRange {
  /** A multiple of the page size. Default: 0. */
  readonly offset?: number | undefined;
  /** Default: up to the end. */
  readonly sizeBytes?: number | undefined;
}

/** Why memory shows something else than what other processes see. */
export type Damage = "truncated" | "forbidden-access";

/** No page is smaller. */
const PAGE_BYTES_MIN = 4096;

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * A buffer holds the memory, so that who has a view alone keeps it from being collected. A property
 * and not a WeakMap, which costs the collector some microseconds an entry.
 */
const memoryOf: unique symbol = Symbol("linux-ipc.memory");

type Held = ArrayBuffer & { [memoryOf]?: MappedMemory };

/** What is told when the memory is given back. Where it was collected, its buffers are gone too. */
interface End {
  readonly mapping: number;
  memory: MappedMemory | undefined;
  whole: ArrayBuffer | undefined;
}

/** What a mapping is and what it may be called. */
export interface Adopted {
  /** The mapping's number, which from now on belongs to the memory. */
  readonly mapping: number;
  /** The object's address for messages: "shm:3". */
  readonly address: string;
  readonly readOnly: boolean;
}

let adopt: (adopted: Adopted) => MappedMemory;

/** Makes the handle of a mapping, which owns it from then on. For the rooms alone. */
export function adoptMapping(adopted: Adopted): MappedMemory {
  return adopt(adopted);
}

/**
 * Memory that may be shared with other processes. close() gives it back: every view taken of it then
 * has length 0, and nothing faults. Where another process takes the memory away beneath us (a file
 * cut short, no huge page left), reads see zeros, `damage` says so and checked copies throw.
 */
export class MappedMemory implements Disposable {
  /** How many bytes may be used. */
  readonly sizeBytes: number;
  /** True when writing is not allowed: what is written into a view all the same is seen by nobody else. */
  readonly readOnly: boolean;
  readonly #mapping: number;
  readonly #address: string;
  readonly #lifetime: Lifetime;
  readonly #guard: () => number;
  readonly #end: End;
  #bytes: Buffer | undefined;
  #lastSpan: Uint8Array = NOTHING;
  #lastOffset = 0;

  static {
    adopt = (adopted) => new MappedMemory(adopted);
  }

  private constructor({ mapping, address, readOnly }: Adopted) {
    this.#mapping = mapping;
    this.#address = address;
    this.readOnly = readOnly;
    this.sizeBytes = sys.sizeOf(mapping);
    this.#guard = sys.guardOf(mapping);
    const end: End = { mapping, memory: undefined, whole: undefined };
    this.#end = end;
    this.#lifetime = new Lifetime(
      this,
      () => `The memory of ${address}`,
      () => giveBack(end),
    );
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#lifetime.closed;
  }

  /** What has happened to the memory; undefined while it is what other processes see. */
  get damage(): Damage | undefined {
    this.#lifetime.check();
    const state = this.#guard();
    if (state === sys.GUARD_TRUNCATED) return "truncated";
    return state === sys.GUARD_FORBIDDEN ? "forbidden-access" : undefined;
  }

  /**
   * All of the memory as a Buffer, always the same one. Numbers in it that other processes change are
   * read and written with Atomics over view().
   * @throws ClosedError; RangeError where it is longer than a Buffer can be: see window()
   */
  get bytes(): Buffer {
    this.#lifetime.check();
    if (this.#bytes === undefined || this.#bytes.length === 0) this.#bytes = this.#all();
    return this.#bytes;
  }

  /**
   * A part of the memory as a Buffer: the way to what lies beyond 4 GiB on Node 20.
   * @throws ClosedError; RangeError
   */
  window(offset: number, sizeBytes: number): Buffer {
    this.#lifetime.check();
    this.#checkSpan(offset, sizeBytes);
    if (this.sizeBytes <= BUFFER_BYTES_MAX) {
      return Buffer.from(this.bytes.buffer as ArrayBuffer, offset, sizeBytes);
    }
    return this.#separate(offset, sizeBytes);
  }

  /**
   * A typed view, for numbers and for Atomics: view(Int32Array, 64, 16) has 16 numbers from byte 64
   * on. Atomics.wait() does not work on it (it is no SharedArrayBuffer); all other Atomics do, with
   * any process on the other end.
   * @param offset in bytes, a multiple of the element's size
   * @param length in elements; default: as many as there is room for
   * @throws ClosedError; TypeError; RangeError
   */
  view<View>(type: ViewType<View>, offset = 0, length?: number): View {
    this.#lifetime.check();
    const step = elementBytes(type);
    this.#checkSpan(offset, 0);
    if (offset % step !== 0) throw outOfRange("offset", `a multiple of ${step}`, offset);
    const count = length ?? Math.floor((this.sizeBytes - offset) / step);
    checkNumber("length", count);
    this.#checkSpan(offset, count * step);
    const bytes = this.window(offset, count * step);
    return new type(bytes.buffer as ArrayBuffer, bytes.byteOffset, count);
  }

  /**
   * Copies out of the memory, into `target` or as many bytes as it says.
   * @returns the copy: `target` as a Buffer, or a Buffer of its own
   * @throws ClosedError; SystemError EFAULT (truncated), EACCES (forbidden access); RangeError
   */
  read(offset: number, target: Uint8Array | number): Buffer {
    this.#lifetime.check();
    const copy = targetOf(target);
    copy.set(this.#span(offset, copy.length));
    if (this.#guard() !== 0) this.#refuse("read");
    return copy;
  }

  /**
   * Copies into the memory; a string as UTF-8.
   * @returns how many bytes were written
   * @throws ClosedError; SystemError EACCES (attached for reading), EFAULT (truncated); RangeError
   */
  write(offset: number, data: Uint8Array | string): number {
    this.#lifetime.check();
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (!isUint8Array(bytes)) throw wrongType("data", "a Uint8Array or a string", data);
    const span = this.#span(offset, bytes.length);
    if (this.readOnly) throw this.#refused("EACCES", "write", "it is open for reading alone");
    span.set(bytes);
    if (this.#guard() !== 0) this.#refuse("write");
    return bytes.length;
  }

  /**
   * Changes what may be done with the memory. What is not allowed and tried all the same is seen by
   * nobody else, and is told by `damage`.
   * @throws SystemError EACCES (attached for reading alone), ENOMEM; ClosedError; RangeError
   * @see mprotect(2)
   */
  protect(protection: Protection, range?: MemoryRange): void {
    const bits = protectionOf(protection);
    this.#onSpan("mprotect", range, (span) => sys.mprotect(span, bits));
  }

  /**
   * Tells the kernel how the memory will be used.
   * @throws SystemError EINVAL (not for this kind of memory), ENOMEM, EPERM; ClosedError; RangeError
   * @see madvise(2)
   */
  advise(advice: MemoryAdvice, range?: MemoryRange): void {
    const number = adviceOf(advice);
    this.#onSpan("madvise", range, (span) => sys.madvise(span, number));
  }

  /**
   * Keeps the pages in memory, now, or with `onFault` as each is first touched.
   * @throws SystemError EPERM, ENOMEM or EAGAIN (RLIMIT_MEMLOCK); ClosedError; RangeError
   * @see mlock(2), mlock2(2)
   */
  lock(options?: MemoryRange & { readonly onFault?: boolean | undefined }): void {
    const { onFault, ...range } = checkOptions(options);
    const flags = onFault === true ? sys.MLOCK_ONFAULT : 0;
    this.#onSpan("mlock", range, (span) => sys.mlock(span, flags));
  }

  /** @throws SystemError ENOMEM; ClosedError; RangeError. @see munlock(2) */
  unlock(range?: MemoryRange): void {
    this.#onSpan("munlock", range, (span) => sys.munlock(span));
  }

  /**
   * Writes changes back to the file behind the memory, and waits for it unless `wait` is false.
   * @throws SystemError EBUSY (invalidate, while locked), EIO, ENOMEM; ClosedError; RangeError
   * @see msync(2)
   */
  sync(options?: MemoryRange & SyncOptions): void {
    const { wait, invalidate, ...range } = checkOptions(options);
    const flags = wait === false ? sys.MS_ASYNC : sys.MS_SYNC;
    const more = invalidate === true ? sys.MS_INVALIDATE : 0;
    this.#onSpan("msync", range, (span) => sys.msync(span, flags | more));
  }

  /**
   * Which pages are in physical memory now: a byte a page, 1 for yes.
   * @throws SystemError ENOMEM; ClosedError; RangeError. @see mincore(2)
   */
  resident(range?: MemoryRange): Uint8Array {
    const { sizeBytes } = this.#spanOf(range);
    const pages = createRegion(Math.ceil(sizeBytes / PAGE_BYTES_MIN) + 1);
    try {
      const count = this.#onSpan("mincore", range, (span) => sys.mincore(span, pages));
      return Uint8Array.from(pages.bytes.subarray(0, count), (page) => page & 1);
    } finally {
      releaseRegion(pages);
    }
  }

  /** Gives the memory back; what is behind it stays. Every view then has length 0. */
  close(): void {
    this.#end.memory = this;
    this.#end.whole = this.#bytes?.buffer as ArrayBuffer | undefined;
    this.#lifetime.close();
    this.#end.memory = undefined;
    this.#end.whole = undefined;
    this.#bytes = undefined;
    this.#lastSpan = NOTHING;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #all(): Buffer {
    if (this.sizeBytes <= BUFFER_BYTES_MAX) return this.#held(sys.wholeOf(this.#mapping));
    const limit = `at most ${BUFFER_BYTES_MAX} bytes for one Buffer; window() gives parts of it`;
    throw outOfRange("size of the memory", limit, this.sizeBytes);
  }

  #separate(offset: number, sizeBytes: number): Buffer {
    if (sizeBytes === 0) return Buffer.alloc(0);
    if (sizeBytes > BUFFER_BYTES_MAX) {
      throw outOfRange("sizeBytes", `at most ${BUFFER_BYTES_MAX} for one Buffer`, sizeBytes);
    }
    return this.#held(sys.windowOf({ mapping: this.#mapping, offset, sizeBytes }));
  }

  #held(buffer: Held): Buffer {
    buffer[memoryOf] = this;
    return Buffer.from(buffer);
  }

  #checkSpan(offset: number, sizeBytes: number): void {
    checkNumber("offset", offset);
    checkNumber("sizeBytes", sizeBytes);
    if (offset > this.sizeBytes) throw outOfRange("offset", `0 to ${this.sizeBytes}`, offset);
    const room = this.sizeBytes - offset;
    if (sizeBytes > room) throw outOfRange("sizeBytes", `0 to ${room} from there on`, sizeBytes);
  }

  #spanOf(range: MemoryRange | undefined): sys.Span {
    this.#lifetime.check();
    const { offset = 0, sizeBytes } = checkOptions(range);
    this.#checkSpan(offset, 0);
    if (sizeBytes === undefined) return this.#rest(offset);
    this.#checkSpan(offset, sizeBytes);
    return { mapping: this.#mapping, offset, sizeBytes };
  }

  #rest(offset: number): sys.Span {
    return { mapping: this.#mapping, offset, sizeBytes: this.sizeBytes - offset };
  }

  #onSpan(
    syscall: string,
    range: MemoryRange | undefined,
    call: (span: sys.Span) => number,
  ): number {
    const answer = call(this.#spanOf(range));
    if (answer >= 0) return answer;
    const hint = hintOf(answer, syscall);
    throw new SystemError(answer, syscall, { address: this.#address, hint });
  }

  /**
   * The bytes that a checked copy is about. Who copies one message after the other through the same
   * place gets the same array, which saves more than half of what a copy costs beyond its bytes.
   */
  #span(offset: number, sizeBytes: number): Uint8Array {
    if (this.#lastSpan.length === sizeBytes && offset === this.#lastOffset) return this.#lastSpan;
    this.#checkSpan(offset, sizeBytes);
    const whole = this.sizeBytes <= BUFFER_BYTES_MAX ? this.bytes.buffer : undefined;
    this.#lastSpan =
      whole === undefined
        ? this.#separate(offset, sizeBytes)
        : new Uint8Array(whole, offset, sizeBytes);
    this.#lastOffset = offset;
    return this.#lastSpan;
  }

  #refuse(call: string): never {
    if (this.#guard() === sys.GUARD_TRUNCATED) {
      throw this.#refused("EFAULT", call, "the memory was taken away: what it shows is zeros");
    }
    throw this.#refused(
      "EACCES",
      call,
      "it was used in a way that is not allowed, and shows pages of its own",
    );
  }

  #refused(code: ErrorName, syscall: string, hint: string): SystemError {
    return new SystemError(code, syscall, { address: this.#address, hint });
  }
}

/** A call of Node's that is under way holds the buffer, which holds the memory. */
const unreachable = new FinalizationRegistry<number>((mapping) => void sys.forget(mapping));

function giveBack({ mapping, memory, whole }: End): void {
  if (sys.unmap(mapping, whole) === 0) return;
  if (memory === undefined) sys.forget(mapping);
  else unreachable.register(memory, mapping);
}

/** How to write changes back. */
export interface SyncOptions {
  /** False: the kernel writes when it likes. Default: true. */
  readonly wait?: boolean | undefined;
  /** Other mappings of the same file are brought up to date (MS_INVALIDATE). Default: false. */
  readonly invalidate?: boolean | undefined;
}

function hintOf(errno: number, syscall: string): string | undefined {
  const limited = errno === -errnoOf("ENOMEM") || errno === -errnoOf("EPERM");
  if (syscall === "mlock" && (limited || errno === -errnoOf("EAGAIN"))) {
    return "RLIMIT_MEMLOCK reached; see ulimit -l, or CAP_IPC_LOCK";
  }
  if (syscall === "mprotect" && errno === -errnoOf("EACCES")) return "it is open for reading alone";
  if (errno === -errnoOf("EINVAL")) return "the range has to consist of whole pages, huge or not";
  return undefined;
}
