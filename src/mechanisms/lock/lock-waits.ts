/** Who waits for a lock: the blocked calls, joined with the lines of /proc/locks that are theirs. */
import type { View } from "../../io/room.ts";
import type { Owner, Wait } from "../../io/schema.ts";
import {
  type BlockedThread,
  blockedThreads,
  isStillThere,
  sinceUnknown,
} from "../../io/seeing/blocked.ts";
import { type DescriptorWait, descriptorWaits, waitOn } from "../../io/seeing/descriptor-waits.ts";
import { mountOf, openFileOf } from "../../io/seeing/files.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import type { LockLine } from "../../wire/proc/locks.ts";
import { lockText, lockValue, modeOf } from "./lock-words.ts";
import {
  addOpen,
  conflict,
  fileFor,
  type HeldLock,
  type LockedFile,
  type LockedFiles,
} from "./locked-files.ts";
import { requestedBy } from "./requested.ts";

/** One thread that waits, with the file that it waits at. */
export interface LockWait {
  readonly file: LockedFile;
  /** What it asks for; undefined where that could not be read. */
  readonly line: LockLine | undefined;
  /** The locks in its way. */
  readonly obstacles: readonly HeldLock[];
  /** With the address of the object still to come. */
  readonly wait: (object: string) => Wait;
}

/** Kinds of descriptor that a lock may be on and that have a file behind them. */
const kinds = ["file", "deleted", "memfd", "device"] as const;

/** Adds the files that are only waited for; every line of a waiter is used once. */
export function lockWaits(view: View, files: LockedFiles): readonly LockWait[] {
  const requests = new Requests(files);
  const threads = kinds.flatMap((kind) => descriptorWaits(view, kind));
  const locking = threads.filter(({ operation }) => operation === "lock");
  const seen = locking.flatMap((thread) => waitOfThread(view, files, requests, thread));
  const breaking = requests.rest().flatMap((request) => waitOfBreaker(view, requests, request));
  const told = requests.rest().flatMap((request) => waitOfLine(view, request));
  return [...seen, ...breaking, ...told];
}

interface Request {
  readonly file: LockedFile;
  readonly line: LockLine;
}

/** The lines of those who wait, as long as nobody is known to whom they belong. */
class Requests {
  readonly #left: Map<string, Set<Request>> = new Map();

  constructor(files: LockedFiles) {
    for (const file of files.values()) for (const line of file.requests) this.#add({ file, line });
  }

  #add(request: Request): void {
    const others = this.#left.get(ownerOf(request.line));
    if (others === undefined) this.#left.set(ownerOf(request.line), new Set([request]));
    else others.add(request);
  }

  rest(): readonly Request[] {
    return [...this.#left.values()].flatMap((requests) => [...requests]);
  }

  /** The line of a thread: of the same process and file, and, among several, of the same range. */
  take(wanted: LockLine, file: LockedFile | undefined): Request | undefined {
    const all = [...(this.#left.get(ownerOf(wanted)) ?? [])];
    const mine = file === undefined ? all : all.filter((request) => request.file === file);
    const same = mine.find(({ line }) => isSameRange(line, wanted));
    const found = same ?? (mine.length === 1 ? mine[0] : undefined);
    if (found !== undefined) this.drop(found);
    return found;
  }

  drop(request: Request): void {
    this.#left.get(ownerOf(request.line))?.delete(request);
  }
}

function ownerOf({ type, pid }: LockLine): string {
  return `${type} ${pid}`;
}

function isSameRange(one: LockLine, other: LockLine): boolean {
  return one.access === other.access && one.start === other.start && one.end === other.end;
}

function waitOfThread(
  view: View,
  files: LockedFiles,
  requests: Requests,
  thread: DescriptorWait,
): LockWait[] {
  const wanted = requestedBy(view, thread);
  const place = placeOf(view, thread);
  const known = place && files.get(`${place.major}:${place.minor}:${place.inode}`);
  // A file that has no place of its own, as of a device, is known by its line.
  const request =
    place !== undefined && known === undefined ? undefined : requests.take(wanted, known);
  // Without a line it may have got its lock since; or the holder is of another PID namespace.
  if (request === undefined && (asksDaemon(view, thread) || !isStillThere(view, thread))) return [];
  const file = request?.file ?? (place && fileFor(files, place));
  if (file === undefined) return [];
  addOpen(file, thread);
  const line = request?.line ?? (wanted.isKnown ? wanted : undefined);
  const obstacles = obstaclesOf(file, line);
  const wait = (object: string): Wait => waitOn(thread, object, wordsOf(line, obstacles));
  return [{ file, line, obstacles, wait }];
}

/** Where a FUSE daemon keeps the locks, the wait is for its answer, and so of the room of FUSE. */
function asksDaemon(view: View, thread: DescriptorWait): boolean {
  return /^fuse/.test(mountOf(view, thread)?.type ?? "");
}

type Place = Pick<LockLine, "major" | "minor" | "inode">;

/** The device and inode of the file system, which are those of /proc/locks. */
function placeOf(view: View, thread: DescriptorWait): Place | undefined {
  const { inode } = fdinfoOf(thread.descriptor.info ?? "");
  const mount = mountOf(view, thread);
  if (mount === undefined) return openFileOf(view, thread);
  return inode === undefined ? undefined : { major: mount.major, minor: mount.minor, inode };
}

/** The lock whose number a waiter bears, first, and every other that is in its way. */
function obstaclesOf(file: LockedFile, line: LockLine | undefined): readonly HeldLock[] {
  if (line === undefined) return [];
  const first = file.locks.filter((lock) => line.level > 0 && lock.line.id === line.id);
  const others = file.locks.filter((lock) => conflict(lock.line, line) && !first.includes(lock));
  return [...first, ...others];
}

/** More owners than these say no more. */
const OWNERS_MAX = 64;

/** Those who hold the locks: every process that has the description open, else who took it. */
function ownersOf(obstacles: readonly HeldLock[]): readonly Owner[] {
  const pids = obstacles.flatMap(({ line, holders }) => {
    if (holders.length > 0) return holders.map(({ process }) => process.pid);
    return line.pid > 0 ? [line.pid] : [];
  });
  const first = [...new Set(pids)].slice(0, OWNERS_MAX);
  return first.map((pid) => ({ pid, tid: null, via: "/proc/locks" }));
}

function wordsOf(line: LockLine | undefined, obstacles: readonly HeldLock[]): Partial<Wait> {
  const owners = ownersOf(obstacles);
  const owned = owners.length === 0 ? {} : { owners };
  if (line !== undefined) return { ...owned, need: lockValue(line), text: lockText(line) };
  const unknown = { ...sinceUnknown, need: "the memory of the waiting thread could not be read" };
  return { ...owned, text: "a lock", unknown };
}

/** The calls that break a lease, and wait until it is given up. */
const opening = ["open", "openat", "openat2", "creat", "truncate", "ftruncate"] as const;

/** Who opens a file with a lease waits until its holder gives it up, or the time for it is over. */
function waitOfBreaker(view: View, requests: Requests, request: Request): LockWait[] {
  const { file, line } = request;
  if (line.state !== "BREAKER") return [];
  const threads = opening.flatMap((name) => blockedThreads(view, name));
  const thread = threads.find(({ process }) => process.pid === line.pid);
  if (thread === undefined) return [];
  requests.drop(request);
  const obstacles = file.locks.filter((lock) => lock.line.id === line.id);
  return [
    { file, line, obstacles, wait: (object) => breakerWait(thread, object, line, obstacles) },
  ];
}

function breakerWait(
  {
    process,
    tid,
    call,
  }: Pick<BlockedThread, "process" | "tid"> & { readonly call: { name: string } },
  object: string,
  line: LockLine,
  obstacles: readonly HeldLock[],
): Wait {
  return {
    pid: process.pid,
    tid,
    object,
    operation: "open",
    syscall: call.name,
    isTimed: true,
    ...(ownersOf(obstacles).length > 0 ? { owners: ownersOf(obstacles) } : {}),
    need: { access: modeOf(line) },
    text: "its lease to be given up or taken away",
    unknown: sinceUnknown,
  };
}

/** Of a process whose calls may not be read, the line alone says that it waits. */
function waitOfLine(view: View, { file, line }: Request): LockWait[] {
  const process = view.processes.processes.get(line.pid);
  if (process === undefined || !process.failures.some(({ what }) => what === "syscall")) return [];
  const obstacles = obstaclesOf(file, line);
  const syscall = line.type === "FLOCK" ? "flock" : line.state === "BREAKER" ? "openat" : "fcntl";
  const call = { name: syscall };
  if (line.state === "BREAKER") {
    const wait = (object: string): Wait =>
      breakerWait({ process, tid: line.pid, call }, object, line, obstacles);
    return [{ file, line, obstacles, wait }];
  }
  const unknown = { ...sinceUnknown, tid: "the blocked calls of the process may not be read" };
  const wait = (object: string): Wait => ({
    ...{ pid: line.pid, tid: line.pid, object, operation: "lock", syscall, unknown },
    ...{ need: {}, text: "" },
    ...wordsOf(line, obstacles),
    ...(process.threads.length > 1 ? { unknown } : { unknown: sinceUnknown }),
  });
  return [{ file, line, obstacles, wait }];
}
