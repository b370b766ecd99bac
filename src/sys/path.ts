/** Files by their names: openat2(2) for looking alone, mknodat(2). */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

/** Begins at the working directory. */
export const AT_FDCWD = -100;

/** Where a path may not lead: openat2(2). */
export const RESOLVE_NO_SYMLINKS = 0x04;
/** The directory is the root, as for who is in chroot(2). */
export const RESOLVE_IN_ROOT = 0x10;
/** What the kernel does not know by heart gives EAGAIN: no file system is asked. Linux 5.12. */
export const RESOLVE_CACHED = 0x20;

const O_PATH = 0o10000000;
const O_NOFOLLOW = process.arch === "arm64" ? 0o100000 : 0o400000;

/** The file's type in a mode. */
export const S_IFIFO = 0o010000;

/** How to find a file. */
export interface PathOptions {
  /** A sum of the RESOLVE_ bits. */
  readonly resolve: number;
  /** False: a name that is a symbolic link is that link. Default: true. */
  readonly follow?: boolean;
}

/**
 * A descriptor that says which file has that name, and does not open it (O_PATH); or -errno.
 * @see https://man7.org/linux/man-pages/man2/openat2.2.html
 */
export function openPath(
  directory: number,
  path: string | Uint8Array,
  { resolve, follow = true }: PathOptions,
): number {
  const flags = O_PATH | (follow ? 0 : O_NOFOLLOW);
  return withName(path, (region, size) =>
    addon().openat2(directory, region, 0, size, flags, resolve),
  );
}

/** mknodat(2) of what is no device; `mode` includes the type. 0 or -errno. */
export function mknod(path: string | Uint8Array, mode: number): number {
  return withName(path, (region, size) => addon().mknodat(AT_FDCWD, region, 0, size, mode));
}

/** A zero in the path ends it early, as in C; whoever takes one from a user refuses that before. */
function withName(
  path: string | Uint8Array,
  call: (region: number, sizeBytes: number) => number,
): number {
  const name = Buffer.from(path);
  const region = createRegion(name.length + 1);
  try {
    region.bytes.set(name);
    return call(region.id, name.length + 1);
  } finally {
    releaseRegion(region);
  }
}
