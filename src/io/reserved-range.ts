/** Address space kept free, the only place where memory is put at an address of one's choice. */
import { outOfRange, SystemError, wrongType } from "../sys/errors.ts";
import { reserve, sizeOf, unmap } from "../sys/memory.ts";
import { Lifetime } from "./lifetime.ts";

let mappingOf: (range: ReservedRange) => number;

/** The number of its mapping. For the rooms alone. @throws TypeError; ClosedError */
export function reservedMapping(range: ReservedRange): number {
  if (range instanceof ReservedRange) return mappingOf(range);
  throw wrongType("range", "a ReservedRange", range);
}

/**
 * Address space that nothing else is put into. Segments can be attached at offsets of it, beside one
 * another. It is given back when it is closed and the last of them is.
 * @see mmap(2), PROT_NONE; shmat(2), SHM_REMAP
 */
export class ReservedRange implements Disposable {
  /** In whole pages. */
  readonly sizeBytes: number;
  readonly #mapping: number;
  readonly #lifetime: Lifetime;

  static {
    mappingOf = (range) => {
      range.#lifetime.check();
      return range.#mapping;
    };
  }

  private constructor(mapping: number) {
    this.#mapping = mapping;
    this.sizeBytes = sizeOf(mapping);
    this.#lifetime = new Lifetime(
      this,
      () => `The reserved range ${mapping}`,
      () => void unmap(mapping),
    );
  }

  /**
   * Keeps that much address space free; it takes no memory.
   * @throws SystemError ENOMEM (RLIMIT_AS, or no such gap), EMFILE; TypeError; RangeError
   */
  static reserve(sizeBytes: number): ReservedRange {
    if (typeof sizeBytes !== "number") throw wrongType("sizeBytes", "a number", sizeBytes);
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) {
      throw outOfRange("sizeBytes", "1 to 2^53-1", sizeBytes);
    }
    const mapping = reserve(sizeBytes);
    if (mapping >= 0) return new ReservedRange(mapping);
    const hint = "see RLIMIT_AS (ulimit -v) and vm.max_map_count";
    throw new SystemError(mapping, "mmap", { hint });
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#lifetime.closed;
  }

  /** Gives up the range; what is attached in it stays until it is closed itself. */
  close(): void {
    this.#lifetime.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
