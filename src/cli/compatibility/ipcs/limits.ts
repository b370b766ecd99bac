/**
 * The limits of each kind: from /proc/sys/kernel, which can be read where the system calls are
 * refused, and from those where there are no such files.
 */
import { readFileSync } from "node:fs";
import { sysvMessageLimits, sysvSemaphoreLimits, sysvSharedMemoryLimits } from "../../../index.ts";

/** What the kernel allows of message queues. */
export interface QueueLimits {
  readonly queues: bigint;
  readonly messageBytes: bigint;
  readonly queueBytes: bigint;
}

/** @throws SystemError where System V IPC is not to be had */
export function queueLimits(): QueueLimits {
  const [queues, messageBytes, queueBytes] = sysctls("msgmni", "msgmax", "msgmnb");
  if (queues !== undefined && messageBytes !== undefined && queueBytes !== undefined) {
    return { queues, messageBytes, queueBytes };
  }
  const { queuesMax, messageBytesMax, queueBytesMax } = sysvMessageLimits();
  return {
    queues: BigInt(queuesMax),
    messageBytes: BigInt(messageBytesMax),
    queueBytes: BigInt(queueBytesMax),
  };
}

/** What it allows of shared memory. */
export interface SegmentLimits {
  readonly segments: bigint;
  readonly segmentBytes: bigint;
  readonly pages: bigint;
}

/** @throws SystemError where System V IPC is not to be had */
export function segmentLimits(): SegmentLimits {
  const [segments, segmentBytes, pages] = sysctls("shmmni", "shmmax", "shmall");
  if (segments !== undefined && segmentBytes !== undefined && pages !== undefined) {
    return { segments, segmentBytes, pages };
  }
  const { segmentsMax, segmentBytesMax, pagesMax } = sysvSharedMemoryLimits();
  return { segments: BigInt(segmentsMax), segmentBytes: segmentBytesMax, pages: pagesMax };
}

/** What it allows of semaphores. */
export interface SemaphoreLimits {
  readonly perSet: bigint;
  readonly semaphores: bigint;
  readonly operations: bigint;
  readonly sets: bigint;
}

/** @throws SystemError where System V IPC is not to be had */
export function semaphoreLimits(): SemaphoreLimits {
  const [perSet = 0n, semaphores = 0n, operations = 0n, sets] = sysctls("sem");
  if (sets !== undefined) return { perSet, semaphores, operations, sets };
  const limits = sysvSemaphoreLimits();
  return {
    perSet: BigInt(limits.semaphoresPerSetMax),
    semaphores: BigInt(limits.semaphoresMax),
    operations: BigInt(limits.operationsMax),
    sets: BigInt(limits.setsMax),
  };
}

/** Every number in these files; none where one of them cannot be read. */
function sysctls(...names: readonly string[]): readonly bigint[] {
  try {
    const texts = names.map((name) => readFileSync(`/proc/sys/kernel/${name}`, "latin1"));
    return texts.flatMap((text) => text.trim().split(/\s+/).map(BigInt));
  } catch {
    return [];
  }
}
