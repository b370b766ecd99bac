/**
 * Who waits for an answer of a FUSE daemon: threads that are blocked in a call on a file, and of
 * which the kernel says that they wait in FUSE, or behind somebody who does. The file is told by the
 * mount of its descriptor or by the text of its path; nothing in such a mount is ever touched.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { posix } from "node:path";
import type { View } from "../../io/room.ts";
import type { Owner, Wait } from "../../io/schema.ts";
import { type BlockedThread, blockedThreads, sinceUnknown } from "../../io/seeing/blocked.ts";
import { mountOf, mountsOf } from "../../io/seeing/files.ts";
import { mountOver } from "../../io/seeing/path-here.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { signedArgument } from "../../wire/proc/syscall-numbers.ts";
import { textOf } from "../../wire/proc/text.ts";
import { type FileCall, fileCalls } from "./fuse-calls.ts";
import { connectionOf } from "./fuse-mounts.ts";

/** A thread that waits, and where. */
export interface FuseWait {
  readonly thread: Sleeper;
  /** The call that it is blocked in. */
  readonly syscall: string;
  readonly operation: string;
  /** The path or the descriptor's target; undefined where it could not be told. */
  readonly path: string | undefined;
  /** Undefined where it is not known which connection it is. */
  readonly connection: number | undefined;
}

type Sleeper = Pick<BlockedThread, "process" | "tid">;

/** The kernel's function in which somebody waits for the daemon itself: fs/fuse. */
const asking = /^(?:request_wait_answer|_{0,2}fuse_\w+)$/;

/** Functions in which one waits for a page, a folder or a name that somebody else is asking for. */
const behind =
  /^(?:_{0,2}folio_\w+|_{0,2}wait_on_\w+|rwsem_\w+|_{0,2}(?:mutex|down)_\w+|down|d_\w+|lookup_\w+|walk_\w+|path_\w+|open_last_\w+|do_\w*(?:open|link|unlink|mkdir|mknod|rmdir|rename|truncate)\w*|link_path_walk|filename_\w+|filemap_\w+|io_schedule\w*|bit_wait\w*|iterate_dir|vfs_\w+)$/;

/** Every such wait. With `only`, the one connection that has requests waiting, it is the default. */
export function fuseWaits(view: View, only: number | undefined): readonly FuseWait[] {
  const found: FuseWait[] = [...faultWaits(view, only)];
  for (const [name, call] of fileCalls) {
    for (const thread of blockedThreads(view, name)) {
      const wait = waitOf(view, thread, call, only);
      if (wait !== undefined) found.push(wait);
    }
  }
  return found;
}

/** Who reads or writes a mapped page is in no system call; which file it is, nothing tells. */
function faultWaits(view: View, only: number | undefined): readonly FuseWait[] {
  return [...view.processes.processes.values()].flatMap((process) => {
    if (process.failures.some(({ what }) => what === "syscall")) return [];
    return process.threads.flatMap(({ tid, syscall }) => {
      if (syscall !== undefined || !asking.test(placeOf({ process, tid }))) return [];
      const thread = { process, tid };
      const about = { syscall: "a page fault", operation: "read", path: undefined };
      return [{ thread, ...about, connection: only }];
    });
  });
}

/** A descriptor with a path that is on no FUSE mount needs no further look. */
function waitOf(
  view: View,
  thread: BlockedThread,
  call: FileCall,
  only: number | undefined,
): FuseWait | undefined {
  const descriptor = call.path === undefined ? descriptorAt(thread, call.fd) : undefined;
  if (descriptor !== undefined) {
    const connection = connectionBehind(view, thread, descriptor);
    if (connection === undefined || !waitsInFile(thread)) return undefined;
    const { operation } = call;
    return { thread, syscall: thread.call.name, operation, path: descriptor.target, connection };
  }
  const place = placeOf(thread);
  const isAsking = asking.test(place);
  if (!isAsking && !behind.test(place)) return undefined;
  const path = call.path === undefined ? undefined : pathOf(view, thread, call);
  const connection = path === undefined ? undefined : connectionAt(view, thread, path);
  if (!isAsking && connection === undefined) return undefined;
  const about = { syscall: thread.call.name, operation: call.operation, path };
  return { thread, ...about, connection: connection ?? only };
}

/** A FIFO there has its readers and writers, and its waits are not the daemon's. */
function waitsInFile(thread: BlockedThread): boolean {
  const place = placeOf(thread);
  return asking.test(place) || behind.test(place);
}

/** Where in the kernel the thread sleeps: proc_pid_wchan(5); "" where that may not be read. */
function placeOf({ process: { pid }, tid }: Sleeper): string {
  try {
    return readFileSync(`/proc/${pid}/task/${tid}/wchan`, "latin1").trim();
  } catch {
    return "";
  }
}

function descriptorAt(thread: BlockedThread, index: number | undefined): Descriptor | undefined {
  if (index === undefined) return undefined;
  const fd = Number(signedArgument(thread.call.arguments[index] ?? -1n, 32));
  return thread.process.descriptors?.find((one) => one.fd === fd);
}

function connectionBehind(
  view: View,
  { process }: BlockedThread,
  descriptor: Descriptor,
): number | undefined {
  const mount = mountOf(view, { process, descriptor });
  return mount && connectionOf(mount);
}

/** By the mounts that the process itself sees; a symbolic link on the way stays unknown. */
function connectionAt(view: View, { process }: BlockedThread, path: string): number | undefined {
  const mount = mountOver(mountsOf(view, process), path);
  return mount && connectionOf(mount);
}

/** The path as the process would write it in full; without a name it is the descriptor itself. */
function pathOf(view: View, thread: BlockedThread, { fd, path }: FileCall): string | undefined {
  const text = stringAt(view, thread, thread.call.arguments[path ?? 0]);
  if (text === undefined) return undefined;
  if (text.startsWith("/")) return posix.normalize(text);
  const folder = descriptorAt(thread, fd)?.target ?? workingFolder(thread, fd);
  if (folder === undefined || !folder.startsWith("/")) return undefined;
  return text === "" ? folder : posix.join(folder, text);
}

/** AT_FDCWD of openat(2). */
const AT_FDCWD = -100n;

/** Reading the link asks no file system. */
function workingFolder(
  { process, tid, call }: BlockedThread,
  fd: number | undefined,
): string | undefined {
  const isHere = fd === undefined || signedArgument(call.arguments[fd] ?? 0n, 32) === AT_FDCWD;
  if (!isHere) return undefined;
  try {
    return readlinkSync(`/proc/${process.pid}/task/${tid}/cwd`);
  } catch {
    return undefined;
  }
}

const PAGE_BYTES = 4096n;

/** A string may lie at the end of what is mapped: it is read up to the end of its page, then further. */
function stringAt(
  view: View,
  { tid }: BlockedThread,
  address: bigint | undefined,
): string | undefined {
  if (address === undefined || address === 0n) return undefined;
  const first = view.readMemory(tid, address, Number(PAGE_BYTES - (address % PAGE_BYTES)));
  if (first === undefined) return undefined;
  const end = first.indexOf(0);
  if (end >= 0) return textOf(first, 0, end);
  const next = view.readMemory(tid, address + BigInt(first.length), Number(PAGE_BYTES));
  const rest = next?.indexOf(0) ?? -1;
  if (next === undefined || rest < 0) return undefined;
  return textOf(Buffer.concat([first, next.subarray(0, rest)]));
}

/** The wait as the schema has it; the daemon is who owes the answer. */
export function waitRecord(
  { thread, syscall, operation, path }: FuseWait,
  object: string,
  { owners, names }: { readonly owners: readonly Owner[]; readonly names: string },
): Wait {
  return {
    pid: thread.process.pid,
    tid: thread.tid,
    object,
    operation,
    syscall,
    ...(owners.length === 0 ? {} : { owners }),
    need: path === undefined ? {} : { path },
    text: `an answer of ${names}${path === undefined ? "" : ` about ${path}`}`,
    unknown: sinceUnknown,
  };
}
