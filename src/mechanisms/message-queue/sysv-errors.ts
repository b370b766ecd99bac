/** The kernel's refusals of System V message queues, with their cause and the way out. */
import { sysvAddress } from "../../io/sysv/address.ts";
import { errnoOf, nameOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { MSGCTL_BYTES, msgctl } from "../../sys/msg.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { IPC_STAT } from "../../sys/sysv.ts";
import { messageBytesMax, sysvMessageLimits } from "./sysv-limits.ts";

/** What the refused call was about. */
export interface Refused {
  readonly id?: number | undefined;
  readonly key?: number | undefined;
  /** The length of a message that was to be sent. */
  readonly sizeBytes?: number | undefined;
  /** What a queue's capacity was to become. */
  readonly maxBytes?: number | undefined;
}

/**
 * The error of a handle's call. The queue was there when the handle was made, so where it is not now
 * it was removed: the kernel says EINVAL or EIDRM of that as it pleases, we always EIDRM.
 */
export function handleRefusal(errno: number, syscall: string, about: Refused): SystemError {
  const removed = errno === EINVAL && about.id !== undefined && !exists(about.id);
  return refusal(removed ? EIDRM : errno, syscall, about);
}

function exists(id: number): boolean {
  about ??= createRegion(MSGCTL_BYTES);
  const answer = msgctl(id, IPC_STAT, about);
  return answer !== EINVAL && answer !== EIDRM;
}

const EINVAL = -errnoOf("EINVAL");
const EIDRM = -errnoOf("EIDRM");

let about: Region | undefined;

/** The error to throw for -errno of a call. */
export function refusal(errno: number, syscall: string, about: Refused): SystemError {
  const hint = hintOf(errno, syscall, about);
  return new SystemError(errno, syscall, { address: sysvAddress("msg", about), hint });
}

function hintOf(errno: number, syscall: string, about: Refused): string | undefined {
  switch (nameOf(errno)) {
    case "ENOENT":
      return "no queue has this key; { create: true } makes it";
    case "EEXIST":
      return "a queue has this key already; { exclusive: true } asks for a new one";
    case "ENOSPC":
      return `kernel.msgmni allows ${sysvMessageLimits().queuesMax} queues; raise it with sysctl(8)`;
    case "EACCES":
      return "the queue's mode does not allow it; root needs CAP_IPC_OWNER";
    case "EPERM":
      return permissionHint(about);
    case "EINVAL":
      return invalidHint(syscall, about);
    case "EIDRM":
      return "the queue was removed";
    case "ENOSYS":
      return "this kernel has no MSG_COPY (CONFIG_CHECKPOINT_RESTORE)";
    default:
      return undefined;
  }
}

function permissionHint({ maxBytes }: Refused): string {
  const owner = "only the queue's owner, its creator or CAP_SYS_ADMIN may do this";
  if (maxBytes === undefined) return owner;
  const { queueBytesMax } = sysvMessageLimits();
  if (maxBytes <= queueBytesMax) return owner;
  return `more than kernel.msgmnb (${queueBytesMax} bytes) needs CAP_SYS_RESOURCE`;
}

function invalidHint(syscall: string, { id, sizeBytes }: Refused): string | undefined {
  if (syscall === "msgsnd" && sizeBytes !== undefined && sizeBytes > messageBytesMax()) {
    const limit = `kernel.msgmax allows ${messageBytesMax()} bytes`;
    return `the message has ${sizeBytes} bytes, ${limit}; raise it with sysctl(8)`;
  }
  if (syscall === "msgrcv") return "kernel.msgmax was lowered below the length of a message in it";
  return id === undefined ? undefined : "no queue has this id in this IPC namespace";
}
