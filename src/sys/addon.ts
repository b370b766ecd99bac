/** The native addon: what it offers, in the kernel's own names, and where its binary is found. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * The addon's functions. They take integers and registered regions and return an integer: a
 * result >= 0, or -errno. Only src/sys calls them.
 */
export interface Addon {
  regionCreate(sizeBytes: number): number;
  /** The region's memory; undefined when there is no such region. */
  regionBuffer(region: number): ArrayBuffer | undefined;
  /** Detaches the ArrayBuffer; the memory is freed when no thread of ours uses it any more. */
  regionRelease(region: number): number;

  close(fd: number): number;
  read(fd: number, region: number, offset: number, sizeBytes: number): number;
  write(fd: number, region: number, offset: number, sizeBytes: number): number;
  /** Writes the two descriptors as two int32 into the region. */
  pipe2(region: number, offset: number, flags: number): number;
  eventfd2(initial: number, flags: number): number;

  socket(domain: number, type: number, protocol: number): number;
  /** Without an address: to whom it is connected, and to the kernel of a netlink socket. */
  sendto(fd: number, region: number, offset: number, sizeBytes: number, flags: number): number;
  recvfrom(fd: number, region: number, offset: number, sizeBytes: number, flags: number): number;
  /** The name is bytes of the region, the last of which is 0. CLOEXEC is added. */
  openat2(
    directory: number,
    region: number,
    offset: number,
    sizeBytes: number,
    flags: number,
    resolve: number,
  ): number;
  mknodat(
    directory: number,
    region: number,
    offset: number,
    sizeBytes: number,
    mode: number,
  ): number;

  statx_descriptor(pid: number, fd: number, region: number, offset: number): number;
  /** A mount and `count` file handles, laid out as src/sys/handle.ts says. */
  handle_paths(region: number, offset: number, count: number): number;
  kcmp_file(pid: number, fd: number, otherPid: number, otherFd: number): number;
  /** Of `count` descriptors, three int32 each: pid, fd, and what src/sys/kcmp.ts says of it. */
  kcmp_files(region: number, offset: number, count: number): number;
  pidfd_open(pid: number, flags: number): number;
  pidfd_getfd(pidfd: number, fd: number, flags: number): number;
  process_vm_readv(
    pid: number,
    addressHigh: number,
    addressLow: number,
    region: number,
    offset: number,
    sizeBytes: number,
  ): number;

  msgget(key: number, flags: number): number;
  /**
   * Arguments in the frame (region 0): id, region, offset, size, flags, slice in ms. The region
   * holds the type in 8 bytes, then the text. Blocks for a slice at most: then -EINTR.
   */
  msgsnd(): number;
  /** As msgsnd; the region holds the wanted type on entry, the type and the text on return. */
  msgrcv(): number;
  msgctl(id: number, command: number, region: number, offset: number): number;

  /** The name without its slash, closed by a zero byte; without messages the default sizes. */
  mq_open(
    region: number,
    offset: number,
    sizeBytes: number,
    flags: number,
    mode: number,
    messages: number,
    messageBytes: number,
  ): number;
  mq_unlink(region: number, offset: number, sizeBytes: number): number;
  /** Writes flags, messages at most, bytes in one and messages now as four int64. */
  mq_getattr(fd: number, region: number, offset: number): number;

  shmget(key: number, sizeBytes: number, flags: number): number;
  /** Attaches, at `offset` of a reserved range unless that is -1; a mapping's number. */
  shmat(id: number, flags: number, range: number, offset: number): number;
  shmctl(id: number, command: number, region: number, offset: number): number;

  semget(key: number, count: number, flags: number): number;
  /**
   * Arguments in the frame (region 0): id, region, offset, count of operations, slice in ms. With a
   * slice it blocks that long at most: then -EINTR. With 0 it never waits.
   */
  semop(): number;
  /** The same of one operation, a struct sembuf from byte 32 of the frame on. */
  semopOne(): number;
  /** The commands that give or take one number. */
  semctl(id: number, index: number, command: number, value: number): number;
  /** The commands that fill or read a structure. */
  semctlAbout(id: number, command: number, region: number, offset: number): number;
  /** GETALL and SETALL of `count` values of 16 bits. */
  semctlAll(id: number, command: number, region: number, offset: number, count: number): number;
  /** GETPID, GETNCNT or GETZCNT of the first `count` semaphores, an int32 each. */
  semctlEach(id: number, command: number, region: number, offset: number, count: number): number;

  /** The name: `sizeBytes` at `offset`, the last of them 0. */
  memfd_create(region: number, offset: number, sizeBytes: number, flags: number): number;
  fcntl_get_seals(fd: number): number;
  mmap(fd: number, offset: number, sizeBytes: number, protection: number, flags: number): number;
  /** Keeps address space free; a mapping's number. */
  reserve(sizeBytes: number): number;
  mprotect(mapping: number, offset: number, sizeBytes: number, protection: number): number;
  madvise(mapping: number, offset: number, sizeBytes: number, advice: number): number;
  msync(mapping: number, offset: number, sizeBytes: number, flags: number): number;
  mlock(mapping: number, offset: number, sizeBytes: number, flags: number): number;
  munlock(mapping: number, offset: number, sizeBytes: number, unused: number): number;
  /** A byte a page of the span, into the region. */
  mincore(
    mapping: number,
    offset: number,
    sizeBytes: number,
    region: number,
    regionOffset: number,
  ): number;

  /** An ArrayBuffer over a span; undefined when there is none to be had. */
  mappingWindow(mapping: number, offset: number, sizeBytes: number): ArrayBuffer | undefined;
  mappingSize(mapping: number): number;
  /** Which of the states is the mapping's; -1 for reserved address space. */
  mappingGuard(mapping: number): number;
  /** What happened to each guarded mapping, an int32 each. */
  mappingStates(): ArrayBuffer | undefined;
  /** All of it, to be brought to mappingClose; undefined when there is none to be had. */
  mappingWhole(mapping: number): ArrayBuffer | undefined;
  /** Detaches every window and gives the memory back. 1 where mappingForget() is to follow. */
  mappingClose(mapping: number, whole: ArrayBuffer | undefined): number;
  /** Once every ArrayBuffer over the closed mapping is collected. */
  mappingForget(mapping: number): number;

  /**
   * Begins a walk over /proc on threads of the addon's; `what` is a sum of the WALK_ bits of
   * src/sys/walk.ts. The result is the walk's number.
   */
  walkBegin(what: number): number;
  /** A new descriptor of the eventfd that each piece adds one to. */
  walkEventfd(walk: number): number;
  /** A new region with records that src/wire/proc/walk.ts decodes; -EAGAIN, or -ENODATA at the end. */
  walkNext(walk: number): number;
  /** Gives up what has not moved since the last rescue; how many. */
  walkRescue(walk: number): number;
  walkEnd(walk: number): number;

  /**
   * What native/engines/abroad.c opens in another namespace: a descriptor, or -errno. `type` is
   * CLONE_NEWIPC or CLONE_NEWNET; with -1 for the namespace it is opened where the looks go.
   */
  abroadOpen(ns: number, type: number, region: number, offset: number, sizeBytes: number): number;
  abroadQueue(ns: number, type: number, region: number, offset: number, sizeBytes: number): number;
  abroadSocket(ns: number, type: number, domain: number, kind: number, protocol: number): number;
  abroadMqueue(ns: number, type: number): number;
  /** The calls that look (msgctl, shmctl, semctl…, mq_…, msgrcv that never waits) are made there. */
  abroadEnter(ns: number, type: number): number;
  abroadLeave(): number;

  /** Answers `count` requests in the region, where they stand, as src/sys/pipe-fill.ts lays them out. */
  pipeFills(region: number, offset: number, count: number): number;
  /** The connections of FUSE, as a directory: a descriptor, or -errno. */
  abroadFusectl(): number;

  /** Opens the readiness engine: an epoll descriptor watched by the event loop. */
  pollOpen(region: number, callback: (count: number) => void): number;
  pollControl(operation: number, fd: number, events: number, token: number): number;
  pollReference(keepsAlive: number): number;
  pollClose(): number;

  /** Opens the thread engine; `callback(count)` says how many (slot, result) pairs the region holds. */
  waitOpen(region: number, threadsMax: number, callback: (count: number) => void): number;
  /** Starts a blocking call on a thread of ours; its slot, or -errno. */
  waitStart(
    operation: number,
    id: number,
    region: number,
    offset: number,
    sizeBytes: number,
    flags: number,
  ): number;
  /** Interrupts it. The completion still comes, with its own result if the call was done. */
  waitCancel(slot: number): number;
  waitReference(keepsAlive: number): number;
  /** Ends the idle threads. */
  waitTrim(): number;
}

let loaded: Addon | undefined;

/**
 * The addon, loaded at first use, so that importing the package alone asks nothing of the system.
 * @throws Error (ERR_ADDON_UNAVAILABLE) where no binary fits this platform.
 */
export function addon(): Addon {
  loaded ??= load(candidates());
  return loaded;
}

/**
 * What there may be one of in an environment, by name. It hangs on the addon, which is loaded once,
 * and not on a module, of which a test runner that resets modules makes several.
 */
export function ofEnvironment(): Map<string, unknown> {
  const holder = addon() as Addon & { [values]?: Map<string, unknown> };
  holder[values] ??= new Map();
  return holder[values];
}

const values: unique symbol = Symbol.for("linux-ipc.of-environment");

/** A C library says no to a binary made for another one, so the first that loads is the right one. */
function load(paths: readonly string[]): Addon {
  let cause: unknown;
  for (const path of paths) {
    try {
      const found = createRequire(import.meta.url)(path) as Addon;
      if (typeof found.walkEnd === "function") return found;
      cause = new Error("no memory for the addon");
    } catch (refused) {
      cause = refused;
    }
  }
  const platform = `${process.platform}-${process.arch}`;
  const error = new Error(`linux-ipc has no binary that loads on ${platform}`, { cause });
  throw Object.assign(error, { code: "ERR_ADDON_UNAVAILABLE" });
}

/** LINUX_IPC_ADDON names another binary, for example one built under a sanitizer. */
function candidates(): readonly string[] {
  const named = process.env["LINUX_IPC_ADDON"];
  if (named !== undefined) return [named];
  const prebuilds = new URL("../../../prebuilds/", import.meta.url);
  return ["glibc", "musl"]
    .map((libc) => `linux-${process.arch}-${libc}/linux-ipc.node`)
    .map((file) => fileURLToPath(new URL(file, prebuilds)))
    .filter((path) => existsSync(path));
}
