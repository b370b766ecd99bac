/** Who is blocked on a descriptor, and for what, whatever the call: read, accept, poll, splice … */
import { decodeFdSet, decodePollfds, POLLFD_BYTES } from "../../wire/poll.ts";
import type { Descriptor, Process } from "../../wire/proc/process-table.ts";
import { signedArgument } from "../../wire/proc/syscall-numbers.ts";
import { groupBy } from "../group-by.ts";
import type { View } from "../room.ts";
import type { Wait } from "../schema.ts";
import { type BlockedThread, blockedThreads, isStillThere, sinceUnknown } from "./blocked.ts";
import { oncePerView } from "./once.ts";

/** One thread that waits on one descriptor. */
export interface DescriptorWait extends BlockedThread {
  readonly descriptor: Descriptor;
  /** In the package's verbs: "read", "write", "accept", "connect", "send", "receive", "lock", "wait". */
  readonly operation: string;
  /** True where it ends by itself after a time. */
  readonly isTimed: boolean;
  /** True where the call waits for other descriptors too, and any of them is enough. */
  readonly isOneOf: boolean;
}

/** What a call asks of a descriptor. */
interface Asked {
  readonly fd: number;
  readonly operation: string;
}

/** Undefined where the memory of the one who waits could not be read. */
type Asking = (thread: BlockedThread, view: View) => readonly Asked[] | undefined;

/** What is read of one waiter's arrays; poll(2) takes no more than RLIMIT_NOFILE. */
const POLLED_MAX = 1024;

const calls: ReadonlyMap<string, Asking> = new Map<string, Asking>([
  ...named(["read", "readv", "pread64", "preadv", "preadv2"], first("read")),
  ...named(["write", "writev", "pwrite64", "pwritev", "pwritev2"], first("write")),
  ...named(["accept", "accept4"], first("accept")),
  ...named(["connect"], first("connect")),
  ...named(["sendto", "sendmsg", "sendmmsg", "mq_timedsend"], first("send")),
  ...named(["recvfrom", "recvmsg", "recvmmsg", "mq_timedreceive"], first("receive")),
  ...named(["flock"], first("lock")),
  ...named(["fcntl", "fcntl64"], lockedBy),
  ...named(["epoll_wait", "epoll_pwait", "epoll_pwait2"], first("wait")),
  ...named(["io_uring_enter"], first("wait")),
  ...named(["splice"], (thread) => [asked(thread, 0, "read"), asked(thread, 2, "write")]),
  ...named(["tee"], (thread) => [asked(thread, 0, "read"), asked(thread, 1, "write")]),
  ...named(["sendfile", "sendfile64"], (thread) => [
    asked(thread, 0, "write"),
    asked(thread, 1, "read"),
  ]),
  ...named(["vmsplice"], first("write")),
  ...named(["poll", "ppoll"], polled),
  ...named(["select", "_newselect", "pselect6"], selected),
]);

function named(names: readonly string[], asking: Asking): [string, Asking][] {
  return names.map((name) => [name, asking]);
}

function first(operation: string): Asking {
  return (thread) => [asked(thread, 0, operation)];
}

function asked(thread: BlockedThread, index: number, operation: string): Asked {
  return { fd: numberAt(thread, index), operation };
}

function numberAt({ call }: BlockedThread, index: number): number {
  return Number(signedArgument(call.arguments[index] ?? -1n, 32));
}

/** F_SETLKW and F_OFD_SETLKW; F_SETLKW64 of 32-bit tasks (include/uapi/asm-generic/fcntl.h). */
const lockCommands: ReadonlySet<number> = new Set([7, 38, 14]);

function lockedBy(thread: BlockedThread): readonly Asked[] {
  return lockCommands.has(numberAt(thread, 1)) ? [asked(thread, 0, "lock")] : [];
}

function polled(thread: BlockedThread, view: View): readonly Asked[] | undefined {
  const count = Math.min(Number(BigInt.asUintN(32, thread.call.arguments[1] ?? 0n)), POLLED_MAX);
  const memory = memoryAt(thread, view, 0, count * POLLFD_BYTES);
  if (memory === undefined) return undefined;
  return decodePollfds(memory).flatMap(({ fd, read, write }) => {
    if (!read && !write) return [];
    return [{ fd, operation: read ? (write ? "poll" : "read") : "write" }];
  });
}

/** Three sets of bits; a missing one is a null pointer. */
function selected(thread: BlockedThread, view: View): readonly Asked[] | undefined {
  const count = Math.min(Math.max(0, numberAt(thread, 0)), POLLED_MAX);
  const bytes = Math.ceil(count / 64) * 8;
  const sets = [1, 2, 3].map((index) => {
    if ((thread.call.arguments[index] ?? 0n) === 0n) return [];
    const memory = memoryAt(thread, view, index, bytes);
    return memory && decodeFdSet(memory).filter((fd) => fd < count);
  });
  const [read, write, urgent] = sets;
  if (read === undefined || write === undefined || urgent === undefined) return undefined;
  return [
    ...[...new Set([...read, ...urgent])].map((fd) => ({ fd, operation: "read" })),
    ...write.map((fd) => ({ fd, operation: "write" })),
  ];
}

function memoryAt(
  thread: BlockedThread,
  view: View,
  index: number,
  sizeBytes: number,
): Uint8Array | undefined {
  const address = thread.call.arguments[index];
  if (address === undefined) return undefined;
  if (sizeBytes === 0) return new Uint8Array();
  const memory = view.readMemory(thread.tid, address, sizeBytes);
  // What was read may be of another call, where the thread has gone on since.
  return memory?.length === sizeBytes && isStillThere(view, thread) ? memory : undefined;
}

/** Where a call says how long it waits at most: an address, or for poll milliseconds. */
function isTimed({ call }: BlockedThread): boolean {
  const word = (index: number): bigint => call.arguments[index] ?? 0n;
  const milliseconds = (index: number): boolean => signedArgument(word(index), 32) >= 0n;
  switch (call.name) {
    case "poll":
      return milliseconds(2);
    case "epoll_wait":
    case "epoll_pwait":
      return milliseconds(3);
    case "ppoll":
      return word(2) !== 0n;
    case "epoll_pwait2":
      return word(3) !== 0n;
    case "recvmmsg":
    case "mq_timedsend":
    case "mq_timedreceive":
    case "select":
    case "_newselect":
    case "pselect6":
      return word(4) !== 0n;
    default:
      return false;
  }
}

const waits = oncePerView((view) => {
  const all = [...calls].flatMap(([name, asking]) =>
    blockedThreads(view, name).flatMap((thread) => waitsOf(view, thread, asking)),
  );
  return groupBy(all, ({ descriptor }) => descriptor.kind);
});

function waitsOf(view: View, thread: BlockedThread, asking: Asking): DescriptorWait[] {
  const all = asking(thread, view) ?? [];
  const timed = isTimed(thread);
  return all.flatMap(({ fd, operation }) => {
    const descriptor = descriptorOf(thread.process, fd);
    if (descriptor === undefined) return [];
    return [{ ...thread, descriptor, operation, isTimed: timed, isOneOf: all.length > 1 }];
  });
}

const tables = new WeakMap<Process, ReadonlyMap<number, Descriptor>>();

function descriptorOf(process: Process, fd: number): Descriptor | undefined {
  let table = tables.get(process);
  if (table === undefined) {
    table = new Map(process.descriptors?.map((one) => [one.fd, one]));
    tables.set(process, table);
  }
  return table.get(fd);
}

/** The waits on descriptors of a kind (wire/proc/descriptor.ts). */
export function descriptorWaits(view: View, kind: string): readonly DescriptorWait[] {
  return waits(view).get(kind) ?? [];
}

/** The wait as the schema has it; `more` says what only the room knows. */
export function waitOn(wait: DescriptorWait, object: string, more: Partial<Wait> = {}): Wait {
  return {
    pid: wait.process.pid,
    tid: wait.tid,
    object,
    operation: wait.operation,
    syscall: wait.call.name,
    ...(wait.isTimed ? { isTimed: true } : {}),
    ...(wait.isOneOf ? { isOneOf: true } : {}),
    need: {},
    text: "",
    unknown: sinceUnknown,
    ...more,
  };
}
