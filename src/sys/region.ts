/**
 * Registered regions: memory that the addon owns and JavaScript sees, through which every call
 * passes its bytes. Never handed to a user of the package.
 */
import { addon } from "./addon.ts";
import { SystemError } from "./errors.ts";

/** A region with the views that its users need; released exactly once. */
export interface Region {
  readonly id: number;
  readonly sizeBytes: number;
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  readonly view: DataView;
}

/**
 * Registers zeroed memory, rounded up to whole words.
 * @throws SystemError ENOMEM, EINVAL (more than 2^31-1 bytes), EMFILE (65,536 regions).
 */
export function createRegion(sizeBytes: number): Region {
  const id = addon().regionCreate(Math.ceil(sizeBytes / 8) * 8);
  if (id < 0) throw new SystemError(id, "malloc", { message: `no region of ${sizeBytes} bytes` });
  return viewRegion(id);
}

/** The views of a region that the addon made. */
export function viewRegion(id: number): Region {
  const buffer = addon().regionBuffer(id);
  if (buffer === undefined) {
    addon().regionRelease(id);
    throw new SystemError("ENOMEM", "mmap", { message: "no ArrayBuffer for a region" });
  }
  return {
    id,
    sizeBytes: buffer.byteLength,
    bytes: Buffer.from(buffer),
    words: new Int32Array(buffer, 0, buffer.byteLength >> 2),
    longs: new BigInt64Array(buffer, 0, buffer.byteLength >> 3),
    view: new DataView(buffer),
  };
}

/** Gives the memory back; every view of it then has length 0. */
export function releaseRegion(region: Region): void {
  addon().regionRelease(region.id);
}
