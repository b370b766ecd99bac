/** Every lock on a file: who holds it, at which descriptor, and who waits for it. */
import type { Sight, View } from "../../io/room.ts";
import type { Gap, Hold, ObjectRecord, Unknown, Value } from "../../io/schema.ts";
import { openFileOf } from "../../io/seeing/files.ts";
import { mountsHere, pathHere } from "../../io/seeing/path-here.ts";
import { findingsOf } from "./lock-findings.ts";
import { type LockWait, lockWaits } from "./lock-waits.ts";
import { lockValue, modeOf } from "./lock-words.ts";
import {
  type HeldLock,
  hasLocks,
  type LockedFile,
  lockedFiles,
  lockLines,
} from "./locked-files.ts";

/** Objects, holds, waits and findings of the kind "lock": an object is a file with locks. */
export function seeLocks(view: View): Sight {
  const lines = isQuiet(view) ? [] : lockLines();
  const files = lockedFiles(view, lines ?? []);
  const waits = lockWaits(view, files);
  const byFile = new Map([...files.values()].map((file) => [file, [] as LockWait[]]));
  for (const wait of waits) byFile.get(wait.file)?.push(wait);
  const sight: Mutable = { objects: [], holds: [], waits: [], findings: [] };
  for (const [file, waiting] of byFile) look(view, file, waiting, sight);
  return { ...sight, links: [], gaps: lines === undefined ? [unreadable] : [] };
}

/**
 * True where all descriptors are seen, and none has a lock. Then nobody need be asked: to write
 * /proc/locks the kernel stops all who lock, which takes 20 ms (locks_start in fs/locks.c).
 */
function isQuiet(view: View): boolean {
  if (process.geteuid?.() !== 0) return false;
  const all = [...view.processes.processes.values()];
  return all.every(({ descriptors }) => descriptors !== undefined) && !hasLocks(view);
}

interface Mutable {
  readonly objects: ObjectRecord[];
  readonly holds: Hold[];
  readonly waits: Sight["waits"][number][];
  readonly findings: Sight["findings"][number][];
}

const unreadable: Gap = {
  what: "locks",
  reason: "EACCES",
  count: null,
  text: "/proc/locks could not be read: only locks of descriptors that may be read are shown.",
};

function look(view: View, file: LockedFile, waits: readonly LockWait[], sight: Mutable): void {
  const object = objectOf(view, file, waits);
  const { address } = object;
  sight.objects.push(object);
  for (const lock of file.locks) sight.holds.push(...holdsOf(view, lock, address));
  for (const { wait } of waits) sight.waits.push(wait(address));
  sight.findings.push(...findingsOf(view, { address, waits }));
}

function objectOf(view: View, file: LockedFile, waits: readonly LockWait[]): ObjectRecord {
  const number = `lock:${file.key}`;
  const path = firstOf(file.open, (held) => pathHere(view, held));
  const status = firstOf(file.open, (held) => openFileOf(view, held));
  return {
    address: path === undefined ? number : `lock:${path}`,
    aliases: path === undefined ? [] : [number],
    kind: "lock",
    title: "file with locks",
    namespace: null,
    uid: status?.uid ?? null,
    gid: status?.gid ?? null,
    mode: status === undefined ? null : status.mode & 0o777,
    used: { locks: file.locks.length, waiters: Math.max(waits.length, file.requests.length) },
    limit: {},
    changedAt: null,
    flags: flagsOf(file, waits),
    details: detailsOf(view, file),
    unknown: unknownOf(file, waits, { path, hasStatus: status !== undefined }),
    source: ["/proc/locks", "/proc/PID/fdinfo"],
  };
}

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function flagsOf(file: LockedFile, waits: readonly LockWait[]): string[] {
  const isBreaking = file.locks.some(({ line }) => line.state === "BREAKING");
  const isWanted = waits.length > 0 || file.requests.length > 0;
  return [...(isBreaking ? ["breaking"] : []), ...(isWanted ? ["contended"] : [])];
}

/** More locks than these are only counted: a database may have thousands on one file. */
const LOCKS_MAX = 64;

function detailsOf(view: View, file: LockedFile): Record<string, Value> {
  const { major, minor, inode, locks } = file;
  const mount = mountsHere(view).find((one) => one.major === major && one.minor === minor);
  return {
    device: `${major}:${minor}`,
    inode,
    fileSystem: mount?.type ?? null,
    locks: locks.slice(0, LOCKS_MAX).map(({ line }) => ({
      ...lockValue(line),
      ...(line.state === "BREAKING" ? { breaking: true } : {}),
      pid: line.pid > 0 ? line.pid : null,
    })),
  };
}

function unknownOf(
  { locks, requests }: LockedFile,
  waits: readonly LockWait[],
  { path, hasStatus }: { readonly path: string | undefined; readonly hasStatus: boolean },
): Unknown {
  const hidden = locks.filter(({ line, holders }) => holders.length === 0 && line.pid <= 0).length;
  const lost = requests.length - waits.length;
  return {
    changedAt: "the kernel does not record when a lock was taken",
    ...(hasStatus ? {} : { uid: notOpen, gid: notOpen, mode: notOpen }),
    ...(path === undefined ? { path: "no descriptor that may be read shows a path to it" } : {}),
    ...(hidden > 0
      ? { holders: `of ${hidden} of ${locks.length} locks no holder is visible` }
      : {}),
    ...(lost > 0 ? { waiters: `${lost} of ${requests.length} who wait are not visible` } : {}),
  };
}

const notOpen = "no descriptor of it may be looked at";

/** A lock of a description is held by all who have it open; without one, who took it is named. */
function holdsOf(view: View, { line, holders }: HeldLock, object: string): Hold[] {
  const mode = modeOf(line);
  if (holders.length > 0) {
    return holders.map(({ process, descriptor }) => {
      return { pid: process.pid, object, how: "lock", fd: descriptor.fd, at: null, mode };
    });
  }
  if (line.pid <= 0 || !mayHold(view, line.pid, line.type)) return [];
  return [{ pid: line.pid, object, how: "lock", fd: null, at: null, mode }];
}

/** Of flock's locks the taker may have closed his descriptor, or ended, while others keep theirs. */
function mayHold({ processes }: View, pid: number, type: string): boolean {
  const process = processes.processes.get(pid);
  return process !== undefined && (type === "POSIX" || process.descriptors === undefined);
}
