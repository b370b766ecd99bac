/** What lies at a path of our own mount namespace, looked at only where looking cannot hang. */
import { type BigIntStats, fstatSync, lstatSync } from "node:fs";
import { close } from "../../sys/fd.ts";
import { AT_FDCWD, openPath, RESOLVE_NO_SYMLINKS } from "../../sys/path.ts";
import type { Mount } from "../../wire/proc/mountinfo.ts";
import { fileKey, isDistant } from "./files.ts";
import { deviceOf } from "./kernel-memory.ts";

/** A regular file with a name. */
export interface NamedFile {
  /** As fileKey() gives it. */
  readonly key: string;
  readonly major: number;
  readonly minor: number;
  readonly inode: number | bigint;
  /** The permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly sizeBytes: number;
  /** What of it takes up memory or disk. */
  readonly allocatedBytes: number;
  /** When it was last made, opened, mapped or changed, as far as the file says: ms since 1970. */
  readonly usedAtMs: number;
  /** When its mode, size or contents last changed; writing through a mapping does not count. */
  readonly changedAtMs: number;
}

/** True where the way to a path leads over no file system that may make us wait. */
export function isNear(mounts: readonly Mount[], path: string): boolean {
  return !mounts.some((mount) => isDistant(mount) && isUnder(path, mount.mountPoint));
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** The regular file at a path; undefined where there is none, or it may not be looked at. */
export function fileAt(path: string): NamedFile | undefined {
  return namedFile(statusOf(path));
}

/**
 * The same at a path in which nothing is a symbolic link: one that another process told us may be such
 * a link here, and lead anywhere.
 */
export function fileAtExactly(path: string): NamedFile | undefined {
  const fd = openPath(AT_FDCWD, path, { resolve: RESOLVE_NO_SYMLINKS, follow: false });
  if (fd < 0) return undefined;
  try {
    return namedFile(fstatSync(fd, { bigint: true }));
  } catch {
    return undefined;
  } finally {
    close(fd);
  }
}

function namedFile(status: BigIntStats | undefined): NamedFile | undefined {
  if (status?.isFile() !== true) return undefined;
  const [major, minor] = deviceOf(status.dev);
  const { ino, mode, uid, gid, nlink, size, blocks, atimeMs, mtimeMs, ctimeMs } = status;
  const inode = ino <= Number.MAX_SAFE_INTEGER ? Number(ino) : ino;
  const changedAtMs = Math.max(Number(mtimeMs), Number(ctimeMs));
  return {
    key: fileKey(major, minor, inode),
    major,
    minor,
    inode,
    mode: Number(mode) & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    links: Number(nlink),
    sizeBytes: Number(size),
    allocatedBytes: Number(blocks) * BLOCK_BYTES,
    usedAtMs: Math.max(changedAtMs, Number(atimeMs)),
    changedAtMs,
  };
}

/** stat(2) counts blocks of this size, whatever the file system's own. */
const BLOCK_BYTES = 512;

function statusOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
