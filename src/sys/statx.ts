/** statx(2), through the link of the process that has the file open. */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

/** What kind of thing a file is: S_IFMT of its mode. */
export type FileType =
  | "fifo"
  | "character"
  | "directory"
  | "block"
  | "regular"
  | "link"
  | "socket"
  | "unknown";

/** What statx(2) says, as far as it is asked. */
export interface FileStatus {
  readonly type: FileType;
  /** The permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Names that it has; 0 of what was unlinked. */
  readonly links: number;
  readonly sizeBytes: number;
  /** A bigint beyond 2^53. */
  readonly inode: number | bigint;
  readonly major: number;
  readonly minor: number;
  /** Milliseconds since 1970. */
  readonly changedAtMs: number;
}

/** sizeof(struct statx): include/uapi/linux/stat.h. */
const STATX_BYTES = 256;

/**
 * What a descriptor of a process is open on; undefined where that may not be asked, or is gone. The
 * file system is not asked for anything newer than it knows (AT_STATX_DONT_SYNC); where walking to
 * the file may itself wait, as on NFS, do not call it.
 */
export function statxDescriptor(pid: number, fd: number): FileStatus | undefined {
  const region = createRegion(STATX_BYTES);
  try {
    const answer = addon().statx_descriptor(pid, fd, region.id, 0);
    return answer < 0 ? undefined : decodeStatx(region.view);
  } finally {
    releaseRegion(region);
  }
}

const types: Readonly<Record<number, FileType>> = {
  1: "fifo",
  2: "character",
  4: "directory",
  6: "block",
  7: "regular",
  9: "link",
  11: "socket",
};

function decodeStatx(view: DataView): FileStatus {
  const mode = view.getUint16(28, true);
  const inode = view.getBigUint64(32, true);
  const changed = view.getBigInt64(96, true) * 1000n;
  return {
    type: types[mode >> 12] ?? "unknown",
    mode: mode & 0o7777,
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    links: view.getUint32(16, true),
    sizeBytes: Number(view.getBigUint64(40, true)),
    inode: inode <= Number.MAX_SAFE_INTEGER ? Number(inode) : inode,
    major: view.getUint32(136, true),
    minor: view.getUint32(140, true),
    changedAtMs: Number(changed) + Math.floor(view.getUint32(104, true) / 1e6),
  };
}
