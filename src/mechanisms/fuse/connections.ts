/** The connections of FUSE, as the kernel counts them, from a mount of our own that nobody sees. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { errnoOf, nameOf } from "../../sys/errno.ts";
import { close } from "../../sys/fd.ts";
import { openFusectl } from "../../sys/fusectl.ts";

/** What fusectl tells of one connection; null where it may not be read. */
export interface FuseCounts {
  /** Requests that have no answer yet, those that the daemon has not read among them. */
  readonly waiting: number | null;
  readonly maxBackground: number | null;
  readonly congestionThreshold: number | null;
  /** Who mounted it. */
  readonly uid: number;
  readonly gid: number;
}

/** The connections by number, and where they were read. */
export interface Connections {
  readonly counts: ReadonlyMap<number, FuseCounts>;
  readonly source: string;
  /** The kernel's word when they could not be listed; undefined when they were. */
  readonly refusal: string | undefined;
}

/** Where a distribution mounts them; whoever is not root reads there what is his own. */
const MOUNTED = "/sys/fs/fuse/connections";

/** Every connection of the machine, whatever the mount namespace; needs CAP_SYS_ADMIN, or the mount. */
export function readConnections(): Connections {
  const fd = openCounts();
  if (fd < 0) return readFrom(MOUNTED, MOUNTED, fd);
  try {
    return readFrom(`/proc/self/fd/${fd}`, "fusectl", 0);
  } finally {
    close(fd);
  }
}

/** A descriptor of the directory, or -errno. Asking a kernel without FUSE would load the module. */
export function openCounts(): number {
  return namesFileSystem("fusectl") ? openFusectl() : -errnoOf("ENODEV");
}

/** The file systems that are there now: proc_filesystems(5). */
function namesFileSystem(name: string): boolean {
  try {
    return readFileSync("/proc/filesystems", "latin1").split("\n").includes(`nodev\t${name}`);
  } catch {
    return false;
  }
}

function readFrom(folder: string, source: string, refused: number): Connections {
  const counts = new Map<number, FuseCounts>();
  for (const name of namesIn(folder)) {
    const found = /^\d{1,10}$/.test(name) ? countsIn(`${folder}/${name}`) : undefined;
    if (found !== undefined) counts.set(Number(name), found);
  }
  const refusal = refused < 0 && counts.size === 0 ? (nameOf(refused) ?? "EIO") : undefined;
  return { counts, source, refusal };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined of a connection that has ended meanwhile. */
function countsIn(folder: string): FuseCounts | undefined {
  try {
    const { uid, gid } = statSync(folder);
    return {
      waiting: numberIn(`${folder}/waiting`),
      maxBackground: numberIn(`${folder}/max_background`),
      congestionThreshold: numberIn(`${folder}/congestion_threshold`),
      uid,
      gid,
    };
  } catch {
    return undefined;
  }
}

function numberIn(path: string): number | null {
  try {
    const text = readFileSync(path, "latin1").trim();
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}
