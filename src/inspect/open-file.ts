/** What a descriptor is open on where that is no object of a snapshot: one link is read. */
import { readlinkSync } from "node:fs";
import { SystemError, wrongType } from "../sys/errors.ts";
import { descriptorKind } from "../wire/proc/descriptor.ts";
import type { OneDescriptor } from "./find.ts";

/** What a link under /proc/PID/fd says. */
export interface OpenFileLink {
  /** Its text: "/etc/passwd", "anon_inode:[timerfd]". */
  readonly target: string;
  /** "file", "device", "deleted", "namespace", or the kind of what has no path: "socket" … */
  readonly kind: string;
}

/**
 * The link of one descriptor, proc_pid_fd(5). Nothing behind it is touched.
 * @throws SystemError ENOENT: no such process, or it has no such descriptor; EACCES.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 */
export function openFile({ pid, fd }: OneDescriptor): OpenFileLink {
  for (const number of [pid, fd]) {
    if (!Number.isInteger(number)) throw wrongType("pid and fd", "integers", number);
  }
  const path = `/proc/${pid}/fd/${fd}`;
  try {
    const target = readlinkSync(path);
    return { target, kind: descriptorKind(target) };
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw new SystemError(errno ?? "ENOENT", "readlink", { path });
  }
}

/** What a file system or a device names, and no kind of object is. */
const plain: ReadonlySet<string> = new Set(["file", "device", "deleted", "namespace"]);

/** True for what is no means of inter-process communication, as far as its link tells. */
export function isPlainFile({ kind }: OpenFileLink): boolean {
  return plain.has(kind);
}
