/** Paths of file handles: open_by_handle_at(2), on a file system that is mounted where we see it. */
import { addon } from "./addon.ts";
import { nameOf } from "./errno.ts";
import { SystemError } from "./errors.ts";
import { createRegion, type Region, releaseRegion } from "./region.ts";

/** A mount, as mountinfo has it. */
export interface MountPlace {
  readonly id: number;
  readonly mountPoint: string;
}

/** What name_to_handle_at(2) gives, and fdinfo shows. */
export interface Handle {
  readonly type: number;
  readonly bytes: Uint8Array;
}

const PATH_BYTES = 4096;
const HANDLE_BYTES = 128;
const HEAD_BYTES = 8 + PATH_BYTES;
const SLOT_BYTES = 12 + HANDLE_BYTES + PATH_BYTES;

/** So many at a time: a region of two mebibytes. */
export const HANDLES_MAX = 512;

/**
 * The path of each handle under that mount, or -errno: EPERM without CAP_DAC_READ_SEARCH, ESTALE
 * where it has no name any more, EXDEV where something else is mounted there by now, ETIMEDOUT of all
 * where the file system does not answer within half a second. Nobody who watches those files is told
 * that somebody looked.
 * @throws SystemError ENOMEM, EAGAIN (no thread)
 */
export function pathsOfHandles(
  mount: MountPlace,
  handles: readonly Handle[],
): readonly (string | number)[] {
  const few = handles.slice(0, HANDLES_MAX);
  const region = createRegion(HEAD_BYTES + few.length * SLOT_BYTES);
  try {
    write(region, mount, few);
    const answer = addon().handle_paths(region.id, 0, few.length);
    if (nameOf(answer) === "ETIMEDOUT") return few.map(() => answer);
    if (answer < 0) throw new SystemError(answer, "open_by_handle_at");
    return few.map((_, index) => read(region, index));
  } finally {
    releaseRegion(region);
  }
}

function write(region: Region, mount: MountPlace, handles: readonly Handle[]): void {
  const { view, bytes } = region;
  view.setBigUint64(0, BigInt(mount.id), true);
  bytes.write(mount.mountPoint, 8, PATH_BYTES - 1);
  for (const [index, handle] of handles.entries()) {
    const at = HEAD_BYTES + index * SLOT_BYTES;
    view.setInt32(at + 4, handle.type, true);
    view.setUint32(at + 8, handle.bytes.length, true);
    bytes.set(handle.bytes.subarray(0, HANDLE_BYTES), at + 12);
  }
}

function read({ view, bytes }: Region, index: number): string | number {
  const at = HEAD_BYTES + index * SLOT_BYTES;
  const length = view.getInt32(at, true);
  const from = at + 12 + HANDLE_BYTES;
  return length < 0 ? length : bytes.toString("utf8", from, from + length);
}
