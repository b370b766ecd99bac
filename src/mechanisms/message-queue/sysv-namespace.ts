/** System V message queues of another IPC namespace, such as a container's. */
import { constants, openSync } from "node:fs";
import { Descriptor } from "../../io/descriptor.ts";
import type { WaitOptions } from "../../io/handle.ts";
import { checkWaitOptions, waitOptionsOf } from "../../io/wait-options.ts";
import { waitFor, waitsOver } from "../../io/waiter.ts";
import { type ErrorName, errnoOf, nameOf } from "../../sys/errno.ts";
import { outOfRange, SystemError, wrongType } from "../../sys/errors.ts";
import { createRegion, type Region, releaseRegion } from "../../sys/region.ts";
import { WAIT_LIST_QUEUES } from "../../sys/wait.ts";
import { decodeMsginfo, decodeMsqidDs } from "../../wire/sysv/msqid-ds.ts";
import type { SysvMessageLimits } from "./sysv-limits.ts";
import { type SysvMessageQueueStatus, statusOf } from "./sysv-status.ts";

/** What another IPC namespace holds. */
export interface SysvMessageNamespace {
  readonly queues: readonly SysvMessageQueueStatus[];
  readonly limits: Omit<SysvMessageLimits, "nextId" | "autoQueuesMax">;
}

/** As native/engines/namespace.c writes it. */
const HEAD_BYTES = 64;
const RECORD_BYTES = 128;
const ID_BYTES = 8;
const FIRST_BYTES = HEAD_BYTES + 64 * RECORD_BYTES;

/** Never waits, should the path be a FIFO. Node adds O_CLOEXEC. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * The queues and limits of the IPC namespace of a process, or of a namespace file such as
 * /proc/PID/ns/ipc. A thread of ours enters it; the rest of the process stays where it is.
 * @throws SystemError ESRCH/ENOENT (no such process), EACCES, EPERM (it needs CAP_SYS_ADMIN in both
 * namespaces), EINVAL (not an IPC namespace); AbortError; TypeError; RangeError
 * @see setns(2), ipc_namespaces(7)
 */
export async function listSysvMessageQueuesIn(
  namespace: number | string,
  options?: WaitOptions,
): Promise<SysvMessageNamespace> {
  const wait = waitOptionsOf(options);
  const path = pathOf(namespace);
  checkWaitOptions(wait);
  using file = openNamespace(path);
  try {
    return await read(file, path, wait);
  } finally {
    waitsOver(file.lifetime);
  }
}

function pathOf(namespace: number | string): string {
  if (typeof namespace === "string") return namespace;
  if (typeof namespace !== "number") throw wrongType("namespace", "a pid or a path", namespace);
  if (Number.isInteger(namespace) && namespace > 0) return `/proc/${namespace}/ns/ipc`;
  throw outOfRange("namespace", "a pid above 0", namespace);
}

function openNamespace(path: string): Descriptor {
  try {
    return new Descriptor(openSync(path, READ), `The namespace ${path}`);
  } catch (cause) {
    const { code, errno } = cause as NodeJS.ErrnoException;
    if (errno === undefined) throw cause;
    throw new SystemError((code as ErrorName | undefined) ?? errno, "open", { path });
  }
}

/** As many queues as there is room for; with more room when there are more. */
async function read(
  file: Descriptor,
  path: string,
  wait: WaitOptions,
): Promise<SysvMessageNamespace> {
  for (let sizeBytes = FIRST_BYTES; ; sizeBytes *= 8) {
    const memory = createRegion(sizeBytes);
    try {
      const answer = await look(file, path, memory, wait);
      if (answer >= 0) return decode(memory, answer);
      if (answer !== -errnoOf("E2BIG")) throw refused(answer, path);
    } finally {
      releaseRegion(memory);
    }
  }
}

function look(file: Descriptor, path: string, memory: Region, wait: WaitOptions): Promise<number> {
  const { fd, lifetime } = file;
  const call = { operation: WAIT_LIST_QUEUES, id: fd, memory, flags: 0, lifetime };
  const { sizeBytes } = memory;
  return waitFor({ ...call, sizeBytes, syscall: "setns", address: path }, wait);
}

function refused(errno: number, path: string): SystemError {
  const rights = "entering an IPC namespace needs CAP_SYS_ADMIN in it and in one's own";
  const kind = "the file is not an IPC namespace";
  const hints: Record<string, string> = { EPERM: rights, EINVAL: kind };
  return new SystemError(errno, "setns", { path, hint: hints[nameOf(errno) ?? ""] });
}

function decode({ view }: Region, sizeBytes: number): SysvMessageNamespace {
  const limits = decodeMsginfo(part(view, 0, HEAD_BYTES / 2));
  const use = decodeMsginfo(part(view, HEAD_BYTES / 2, HEAD_BYTES / 2));
  const queues: SysvMessageQueueStatus[] = [];
  for (let at = HEAD_BYTES; at + RECORD_BYTES <= sizeBytes; at += RECORD_BYTES) {
    const id = Number(view.getBigInt64(at, true));
    queues.push(statusOf(id, decodeMsqidDs(part(view, at + ID_BYTES, RECORD_BYTES - ID_BYTES))));
  }
  const { messageBytesMax, queueBytesMax, queuesMax } = limits;
  const used = { queues: use.pool, messages: use.map, bytes: use.headers };
  return { queues, limits: { messageBytesMax, queueBytesMax, queuesMax, ...used } };
}

function part(view: DataView, offset: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + offset, length);
}
