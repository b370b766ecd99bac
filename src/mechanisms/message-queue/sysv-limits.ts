/** The limits of System V message queues in this process's IPC namespace, and their use. */
import { readSysctlNumber, writeSysctlNumber } from "../../io/sysv/sysctl.ts";
import { SystemError, wrongType } from "../../sys/errors.ts";
import { MSG_INFO, MSGCTL_BYTES, msgctl } from "../../sys/msg.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { IPC_INFO } from "../../sys/sysv.ts";
import { decodeMsginfo, type Msginfo } from "../../wire/sysv/msqid-ds.ts";

/** @see sysvipc(7), proc(5) under /proc/sys/kernel */
export interface SysvMessageLimits {
  /** Bytes of text in one message (kernel.msgmax). */
  readonly messageBytesMax: number;
  /** What maxBytes of a new queue is, and its limit without CAP_SYS_RESOURCE (kernel.msgmnb). */
  readonly queueBytesMax: number;
  /** Queues in the namespace (kernel.msgmni). */
  readonly queuesMax: number;
  /** The id that the next new queue is to get (kernel.msg_next_id); -1 when the kernel chooses. */
  readonly nextId: number | undefined;
  /** kernel.auto_msgmni, which has had no effect since Linux 3.19; undefined where it is gone. */
  readonly autoQueuesMax: number | undefined;
  /** Queues that exist. */
  readonly queues: number;
  /** Messages in all of them. */
  readonly messages: number;
  /** Bytes of text in all of them. */
  readonly bytes: number;
}

/** What can be changed, for the whole IPC namespace: it needs CAP_SYS_ADMIN there. */
export interface SysvMessageLimitsChange {
  readonly messageBytesMax?: number | undefined;
  readonly queueBytesMax?: number | undefined;
  readonly queuesMax?: number | undefined;
  /**
   * For restoring a checkpoint: needs CAP_CHECKPOINT_RESTORE. The kernel resets it when used; -1
   * resets it at once.
   */
  readonly nextId?: number | undefined;
}

let about: Region | undefined;

/** Reads them all (IPC_INFO, MSG_INFO). */
export function sysvMessageLimits(): SysvMessageLimits {
  const limits = info(IPC_INFO);
  const use = info(MSG_INFO);
  return {
    messageBytesMax: limits.messageBytesMax,
    queueBytesMax: limits.queueBytesMax,
    queuesMax: limits.queuesMax,
    nextId: readSysctlNumber("kernel/msg_next_id"),
    autoQueuesMax: readSysctlNumber("kernel/auto_msgmni"),
    queues: use.pool,
    messages: use.map,
    bytes: use.headers,
  };
}

/** kernel.msgmax alone, in one system call. */
export function messageBytesMax(): number {
  return info(IPC_INFO).messageBytesMax;
}

function info(command: number): Msginfo {
  about ??= createRegion(MSGCTL_BYTES);
  const answer = msgctl(0, command, about);
  if (answer < 0) throw new SystemError(answer, "msgctl");
  return decodeMsginfo(about.view);
}

/**
 * Changes the limits of this IPC namespace through /proc/sys/kernel, one after the other: where one
 * is refused, those before it stay changed.
 * @throws SystemError EACCES, EPERM, EINVAL, EROFS; RangeError
 */
export function setSysvMessageLimits(change: SysvMessageLimitsChange): void {
  if (typeof change !== "object" || change === null) throw wrongType("change", "an object", change);
  writeSysctlNumber("kernel/msgmax", "messageBytesMax", change.messageBytesMax);
  writeSysctlNumber("kernel/msgmnb", "queueBytesMax", change.queueBytesMax);
  writeSysctlNumber("kernel/msgmni", "queuesMax", change.queuesMax);
  writeSysctlNumber("kernel/msg_next_id", "nextId", change.nextId, [-1, 2 ** 31 - 1]);
}
