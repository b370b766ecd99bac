/** What the kernel tells about System V message queues: one of them, or all. */
import type { SysvOwnerChange } from "../../io/sysv/options.ts";
import { dateOf, dateOrNever } from "../../io/sysv/time.ts";
import { errnoOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { MSG_INFO, MSG_STAT, MSG_STAT_ANY, MSGCTL_BYTES, msgctl } from "../../sys/msg.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { IPC_SET, IPC_STAT } from "../../sys/sysv.ts";
import { decodeMsqidDs, encodeMsqidDs, type MsqidDs } from "../../wire/sysv/msqid-ds.ts";
import { handleRefusal } from "./sysv-errors.ts";

/** Every field of struct msqid_ds. @see msgctl(2) */
export interface SysvMessageQueueStatus {
  readonly id: number;
  /** Unsigned, 0 to 2^32-1; 0 is IPC_PRIVATE. */
  readonly key: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  /** The permission bits, 0 to 0o777. */
  readonly mode: number;
  /** The sequence number that tells this queue from earlier ones in the same place. */
  readonly sequence: number;
  /** Bytes of text in the queue (msg_cbytes). */
  readonly bytes: number;
  /** Messages in the queue (msg_qnum). */
  readonly messages: number;
  /** Bytes and messages that the queue may hold (msg_qbytes). */
  readonly maxBytes: number;
  /** Who called msgsnd(2) last; 0 if nobody did. */
  readonly lastSendPid: number;
  /** Who called msgrcv(2) last; 0 if nobody did. */
  readonly lastReceivePid: number;
  readonly sentAt: Date | undefined;
  readonly receivedAt: Date | undefined;
  /** When it was made or last changed by set(). */
  readonly changedAt: Date;
}

/** What set() may change. */
export interface SysvMessageQueueChange extends SysvOwnerChange {
  /** Above kernel.msgmnb only with CAP_SYS_RESOURCE. */
  readonly maxBytes?: number | undefined;
}

let about: Region | undefined;

/** The memory of msgctl, shared by all calls of it: none of them waits. */
function memory(): Region {
  about ??= createRegion(MSGCTL_BYTES);
  return about;
}

/** IPC_STAT. @throws SystemError EACCES, EIDRM, EINVAL */
export function statQueue(id: number): SysvMessageQueueStatus {
  const answer = msgctl(id, IPC_STAT, memory());
  if (answer < 0) throw handleRefusal(answer, "msgctl", { id });
  return statusOf(id, decodeMsqidDs(memory().view));
}

/** IPC_STAT, change, IPC_SET. @throws SystemError EPERM, EACCES, EIDRM, EINVAL */
export function setQueue(id: number, change: SysvMessageQueueChange): void {
  readFor(id);
  const { view } = memory();
  const now = decodeMsqidDs(view);
  const { uid, gid, mode, maxBytes } = change;
  encodeMsqidDs(view, {
    ...now,
    uid: uid ?? now.uid,
    gid: gid ?? now.gid,
    mode: mode ?? now.mode,
    maxBytes: maxBytes === undefined ? now.maxBytes : BigInt(maxBytes),
  });
  const set = msgctl(id, IPC_SET, memory());
  if (set < 0) throw handleRefusal(set, "msgctl", { id, maxBytes });
}

/** IPC_SET asks for ownership alone: who may not read the queue learns its values by MSG_STAT_ANY. */
function readFor(id: number): void {
  const answer = msgctl(id, IPC_STAT, memory());
  if (answer >= 0) return;
  if (answer !== -errnoOf("EACCES")) throw handleRefusal(answer, "msgctl", { id });
  for (let index = highestIndex(); index >= 0; index--) if (statAt(index) === id) return;
  throw handleRefusal(answer, "msgctl", { id });
}

/**
 * Every queue of this process's IPC namespace, whoever may read it (MSG_STAT_ANY, Linux 4.17; before
 * that MSG_STAT, which leaves out what we may not read).
 * @throws SystemError ENOSYS, EPERM where System V IPC is not to be had
 */
export function listSysvMessageQueues(): SysvMessageQueueStatus[] {
  const queues: SysvMessageQueueStatus[] = [];
  const highest = highestIndex();
  for (let index = 0; index <= highest; index++) {
    const id = statAt(index);
    if (id >= 0) queues.push(statusOf(id, decodeMsqidDs(memory().view)));
  }
  return queues;
}

/** @throws SystemError ENOSYS, EPERM where System V IPC is not to be had */
function highestIndex(): number {
  const highest = msgctl(0, MSG_INFO, memory());
  if (highest < 0) throw new SystemError(highest, "msgctl");
  return highest;
}

/** The index is of the kernel's table, which has holes: EINVAL and EIDRM are no errors here. */
function statAt(index: number): number {
  const id = msgctl(index, MSG_STAT_ANY, memory());
  return id === -errnoOf("EINVAL") ? msgctl(index, MSG_STAT, memory()) : id;
}

/** The kernel's fields in the package's words. */
export function statusOf(id: number, queue: MsqidDs): SysvMessageQueueStatus {
  return {
    id,
    key: queue.key,
    uid: queue.uid,
    gid: queue.gid,
    creatorUid: queue.creatorUid,
    creatorGid: queue.creatorGid,
    mode: queue.mode & 0o777,
    sequence: queue.sequence,
    bytes: Number(queue.bytes),
    messages: Number(queue.messages),
    maxBytes: Number(queue.maxBytes),
    lastSendPid: queue.lastSendPid,
    lastReceivePid: queue.lastReceivePid,
    sentAt: dateOrNever(queue.sentTime),
    receivedAt: dateOrNever(queue.receivedTime),
    changedAt: dateOf(queue.changedTime),
  };
}
