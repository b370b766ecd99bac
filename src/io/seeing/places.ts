/**
 * Files by the names that others use for them, found without waiting for a file system that may not
 * answer: what is open is known to the kernel by heart, and RESOLVE_CACHED asks for no more.
 */
import { readlinkSync } from "node:fs";
import { errnoOf } from "../../sys/errno.ts";
import { close } from "../../sys/fd.ts";
import { ownMountinfo } from "../../sys/host.ts";
import {
  AT_FDCWD,
  openPath,
  RESOLVE_CACHED,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
} from "../../sys/path.ts";
import { type FileStatus, statxDescriptor } from "../../sys/statx.ts";
import { decodeMountinfo, type Mount } from "../../wire/proc/mountinfo.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { View } from "../room.ts";
import { isDistant, mountsOf } from "./files.ts";
import { oncePerView } from "./once.ts";

/** A file that has that name now. */
export interface Named {
  readonly status: FileStatus;
  /** Its whole name in our mount namespace, as the kernel says it; undefined where it has none. */
  readonly path: string | undefined;
}

/** Without the root: where that does not answer, this program does not run either. */
const ownMounts = oncePerView(() => {
  const mounts = decodeMountinfo(ownMountinfo() ?? new Uint8Array());
  return mounts.filter(({ mountPoint }) => mountPoint !== "/");
});

/** A path without symbolic links, as /proc writes them, in our own namespace. */
export function fileNamed(view: View, path: string): FileStatus | undefined {
  const name = { directory: AT_FDCWD, path, resolve: RESOLVE_NO_SYMLINKS, follow: false };
  return looked(find(name, isNear(ownMounts(view), path)))?.status;
}

/**
 * A path in our own namespace that may lead over symbolic links, as others have written it. These are
 * followed only as far as the kernel knows them by heart: they may lead to where nobody answers.
 */
export function fileCalled(view: View, path: Uint8Array): FileStatus | undefined {
  const name = { directory: AT_FDCWD, path, resolve: 0, follow: false };
  const cached = find(name, false);
  if (cached >= 0 || !later.has(cached)) return looked(cached)?.status;
  if (!isNear(ownMounts(view), Buffer.from(path).toString())) return undefined;
  return looked(find({ ...name, resolve: RESOLVE_NO_SYMLINKS }, true))?.status;
}

/** Where a process stands: the link below /proc/PID/task/TID that a path is walked from. */
export interface Place {
  readonly process: Process;
  readonly tid: number;
  readonly link: "root" | "cwd" | `fd/${number}`;
}

/** What a path leads to from there; undefined where that cannot be known without waiting. */
export function fileFrom(view: View, place: Place, path: Uint8Array): Named | undefined {
  const link = `/proc/${place.process.pid}/task/${place.tid}/${place.link}`;
  const target = readlink(link);
  if (target === undefined || !isNearFor(view, place.process, target)) return undefined;
  const directory = openPath(AT_FDCWD, link, { resolve: 0 });
  if (directory < 0) return undefined;
  const resolve = place.link === "root" ? RESOLVE_IN_ROOT : 0;
  try {
    return looked(find({ directory, path, resolve, follow: true }, false));
  } finally {
    close(directory);
  }
}

interface Name {
  readonly directory: number;
  readonly path: string | Uint8Array;
  readonly resolve: number;
  readonly follow: boolean;
}

/** The kernel gives up on what it knows by heart when somebody renames meanwhile. */
const TRIES = 4;

/** A descriptor, or -errno. `near`: the file systems on the way may be asked too. */
function find({ directory, path, resolve, follow }: Name, near: boolean): number {
  for (let tries = 0; tries < TRIES; tries++) {
    const fd = openPath(directory, path, { resolve: resolve | RESOLVE_CACHED, follow });
    if (fd >= 0 || !later.has(fd)) return fd;
  }
  return near ? openPath(directory, path, { resolve, follow }) : -errnoOf("EAGAIN");
}

/** EINVAL: a kernel before 5.12. */
const later: ReadonlySet<number> = new Set([-errnoOf("EAGAIN"), -errnoOf("EINVAL")]);

function looked(fd: number): Named | undefined {
  if (fd < 0) return undefined;
  try {
    const status = statxDescriptor(process.pid, fd);
    return status && { status, path: readlink(`/proc/self/fd/${fd}`) };
  } finally {
    close(fd);
  }
}

/** The text of a link in /proc; undefined where it may not be read. */
function readlink(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

/** The text is as we see it, or as the process does; where it lies is told by both tables. */
function isNearFor(view: View, process: Process, path: string): boolean {
  return isNear(ownMounts(view), path) && isNear(mountsOf(view, process), path);
}

/** True where no mount on the way may make us wait. */
function isNear(mounts: readonly Mount[], path: string): boolean {
  return !mounts.some((mount) => isDistant(mount) && isBelow(path, mount.mountPoint));
}

function isBelow(path: string, mountPoint: string): boolean {
  return mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
}
