/** How System V shared memory is opened and attached, checked before any system call. */
import { type ReservedRange, reservedMapping } from "../../io/reserved-range.ts";
import { checkCount, openFlags, type SysvOpenOptions } from "../../io/sysv/options.ts";
import { outOfRange, wrongType } from "../../sys/errors.ts";
import * as sys from "../../sys/shm.ts";

/** How to open a segment by its key. */
export interface SysvSharedMemoryOptions extends SysvOpenOptions {
  /**
   * Of a new segment, which begins with zeros; the kernel rounds up to whole pages. Of an existing
   * one: it has to be at least that long. Default: 0, which only an existing one can be.
   */
  readonly sizeBytes?: number | undefined;
  /**
   * Makes the segment of huge pages (SHM_HUGETLB): true for those of the default size, or their size
   * in bytes, a power of two. It needs vm.nr_hugepages, and CAP_IPC_LOCK or vm.hugetlb_shm_group.
   */
  readonly hugePages?: boolean | number | undefined;
  /** Reserves no swap space for a new segment (SHM_NORESERVE). Default: false. */
  readonly noReserve?: boolean | undefined;
}

/** How to attach a segment. */
export interface SysvAttachOptions {
  /** Only for reading (SHM_RDONLY), which needs only the right to read. Default: false. */
  readonly readOnly?: boolean | undefined;
  /** What is in it may be run (SHM_EXEC), which needs the right to execute. Default: false. */
  readonly execute?: boolean | undefined;
  /** Where: inside of this range (SHM_REMAP). Default: where the kernel likes. */
  readonly range?: ReservedRange | undefined;
  /** From which byte of the range on: a multiple of the page size. Default: 0. */
  readonly offset?: number | undefined;
  /** Rounds the offset down to a multiple of the page size (SHM_RND). Default: false. */
  readonly round?: boolean | undefined;
}

/** The flags of shmget(2) for the options. @throws TypeError, RangeError */
export function makeFlags(key: number, options: SysvSharedMemoryOptions): number {
  const { create, exclusive, mode, hugePages, noReserve } = options;
  const reserve = noReserve === true ? sys.SHM_NORESERVE : 0;
  return openFlags(key, { create, exclusive, mode }) | hugePageFlags(hugePages) | reserve;
}

function hugePageFlags(hugePages: boolean | number | undefined): number {
  if (hugePages === undefined || hugePages === false) return 0;
  if (hugePages === true) return sys.SHM_HUGETLB;
  if (typeof hugePages !== "number")
    throw wrongType("hugePages", "a boolean or a number", hugePages);
  const log = Math.log2(hugePages);
  if (Number.isInteger(log) && log >= 12 && log < 64) {
    return sys.SHM_HUGETLB | (log << sys.SHM_HUGE_SHIFT);
  }
  throw outOfRange("hugePages", "a power of two from 4096 up", hugePages);
}

/** Where shmat(2) is to attach, and how. */
export interface Attachment {
  readonly flags: number;
  readonly range: number;
  readonly offset: number;
}

/** @throws TypeError, RangeError, ClosedError (the range) */
export function attachmentOf(options: SysvAttachOptions): Attachment {
  const { readOnly, execute, range, offset, round } = options;
  const reserved = range === undefined ? -1 : reservedMapping(range);
  checkCount("offset", offset, range?.sizeBytes ?? Number.MAX_SAFE_INTEGER);
  const flags =
    (readOnly === true ? sys.SHM_RDONLY : 0) |
    (execute === true ? sys.SHM_EXEC : 0) |
    (round === true ? sys.SHM_RND : 0);
  if (range !== undefined) return { flags, range: reserved, offset: offset ?? 0 };
  if (offset === undefined) return { flags: flags & ~sys.SHM_RND, range: -1, offset: 0 };
  throw outOfRange("options", "a range beside the offset", options);
}
