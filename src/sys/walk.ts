/** One pass over /proc, made by threads of the addon. */
import { addon } from "./addon.ts";
import { SystemError } from "./errors.ts";
import { releaseRegion, viewRegion } from "./region.ts";

/** stat, status, cmdline and cgroup. Without any bit: stat alone. */
export const WALK_FILES = 1;
/** The threads, and the system call that each is blocked in. */
export const WALK_THREADS = 2;
/** The inode numbers of the namespaces. */
export const WALK_NAMESPACES = 4;
/** The descriptors, with the text of their links. */
export const WALK_DESCRIPTORS = 8;
/** The shared mappings: what may be memory between processes. */
export const WALK_MAPPINGS = 16;
/** All of it. */
export const WALK_ALL = 31;

/** What walkNext() gives when there is nothing yet. */
export const WALK_NOTHING_YET = "nothing yet";
/** What walkNext() gives after the last piece. */
export const WALK_OVER = "over";

/**
 * Begins a walk; `what` is a sum of the bits above. Its number, for the calls below.
 * @throws SystemError EMFILE, ENFILE, ENOMEM, EAGAIN (too many walks, or no thread), or what opening
 * /proc gave.
 */
export function walkBegin(what: number): number {
  const walk = addon().walkBegin(what);
  if (walk < 0) throw new SystemError(walk, "openat", { path: "/proc" });
  return walk;
}

/**
 * A new descriptor of the eventfd that each piece adds one to; the caller closes it.
 * @throws SystemError EMFILE
 */
export function walkEventfd(walk: number): number {
  const fd = addon().walkEventfd(walk);
  if (fd < 0) throw new SystemError(fd, "fcntl");
  return fd;
}

/**
 * Some of the records that src/wire/proc/walk.ts decodes.
 * @throws SystemError EMFILE, ENFILE, ENOMEM
 */
export function walkNext(walk: number): Uint8Array | typeof WALK_NOTHING_YET | typeof WALK_OVER {
  const id = addon().walkNext(walk);
  if (id === EAGAIN) return WALK_NOTHING_YET;
  if (id === ENODATA) return WALK_OVER;
  if (id < 0) throw new SystemError(id, "openat", { path: "/proc" });
  const region = viewRegion(id);
  try {
    return new Uint8Array(region.bytes);
  } finally {
    releaseRegion(region);
  }
}

const EAGAIN = -11;
const ENODATA = -61;

/** Goes round those processes whose files have not answered since it was last called; how many. */
export function walkRescue(walk: number): number {
  return addon().walkRescue(walk);
}

/** Lets go of the walk, over or not. */
export function walkEnd(walk: number): void {
  addon().walkEnd(walk);
}

/** How often a blocked thread asks whether there is more. */
const LOOK_AGAIN_MS = 1;
/** So long without anything new, and what hangs is gone round. */
const PATIENCE_MS = 400;

/**
 * A whole walk, for which the thread is blocked: its records, one piece after the other.
 * @throws SystemError as walkBegin() and walkNext()
 */
export function walkSync(what: number): Uint8Array {
  const walk = walkBegin(what);
  const pieces: Uint8Array[] = [];
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let idleMs = 0;
  try {
    for (;;) {
      const piece = walkNext(walk);
      if (piece === WALK_OVER) return new Uint8Array(Buffer.concat(pieces));
      if (piece === WALK_NOTHING_YET) {
        Atomics.wait(clock, 0, 0, LOOK_AGAIN_MS);
        idleMs += LOOK_AGAIN_MS;
        if (idleMs % PATIENCE_MS === 0) walkRescue(walk);
      } else {
        pieces.push(piece);
        idleMs = 0;
      }
    }
  } finally {
    walkEnd(walk);
  }
}
