/**
 * What ipcs knows of each object: a line of /proc/sysvipc, which shows everybody all objects. Where
 * there is no such file, as in some containers, it asks the kernel about one object after the other,
 * and sees only what this user may read.
 */
import { readFileSync } from "node:fs";
import {
  listSysvMessageQueues,
  listSysvSemaphoreSets,
  listSysvSharedMemory,
  SysvMessageQueue,
  type SysvMessageQueueStatus,
  SysvSemaphoreSet,
  type SysvSemaphoreSetStatus,
  SysvSharedMemory,
  type SysvSharedMemoryStatus,
} from "../../../index.ts";
import { isReadable, refusalOf } from "../refusal.ts";

/** What all three kinds have. */
export interface Access {
  readonly key: number;
  readonly id: number;
  /** With the bits beside the permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
}

/** A message queue. Times are in seconds; 0 is never. */
export interface Queue extends Access {
  readonly bytes: bigint;
  readonly messages: bigint;
  readonly lastSendPid: number;
  readonly lastReceivePid: number;
  readonly sent: number;
  readonly received: number;
  readonly changed: number;
  /** /proc/sysvipc/msg has no such column. */
  readonly maxBytes: bigint | undefined;
}

/** A segment of shared memory. */
export interface Segment extends Access {
  readonly bytes: bigint;
  readonly creatorPid: number;
  readonly lastPid: number;
  readonly attachments: bigint;
  readonly attached: number;
  readonly detached: number;
  readonly changed: number;
}

/** A set of semaphores. */
export interface SemaphoreSet extends Access {
  readonly count: bigint;
  readonly operated: number;
  readonly changed: number;
}

/** Every message queue. */
export function queues(): readonly Queue[] {
  return linesOf("msg")?.map(queueIn) ?? readable(listSysvMessageQueues, SysvMessageQueue, queueOf);
}

/** Every segment. */
export function segments(): readonly Segment[] {
  return (
    linesOf("shm")?.map(segmentIn) ?? readable(listSysvSharedMemory, SysvSharedMemory, segmentOf)
  );
}

/** Every set of semaphores. */
export function semaphoreSets(): readonly SemaphoreSet[] {
  return linesOf("sem")?.map(setIn) ?? readable(listSysvSemaphoreSets, SysvSemaphoreSet, setOf);
}

/** The words of each line but the first; undefined where the file cannot be read. */
function linesOf(kind: "msg" | "shm" | "sem"): readonly (readonly string[])[] | undefined {
  try {
    const [, ...lines] = readFileSync(`/proc/sysvipc/${kind}`, "latin1").trimEnd().split("\n");
    return lines.map((line) => line.trim().split(/ +/));
  } catch {
    return undefined;
  }
}

function queueIn(words: readonly string[]): Queue {
  const [key, id, mode, bytes = "0", messages = "0", sender, receiver, ...rest] = words;
  const [uid, gid, creatorUid, creatorGid, sent, received, changed] = rest;
  return {
    ...accessOf([key, id, uid, gid, creatorUid, creatorGid], mode),
    bytes: BigInt(bytes),
    messages: BigInt(messages),
    lastSendPid: Number(sender),
    lastReceivePid: Number(receiver),
    sent: Number(sent),
    received: Number(received),
    changed: Number(changed),
    maxBytes: undefined,
  };
}

function segmentIn(words: readonly string[]): Segment {
  const [key, id, mode, bytes = "0", creatorPid, lastPid, attachments = "0", ...rest] = words;
  const [uid, gid, creatorUid, creatorGid, attached, detached, changed] = rest;
  return {
    ...accessOf([key, id, uid, gid, creatorUid, creatorGid], mode),
    bytes: BigInt(bytes),
    creatorPid: Number(creatorPid),
    lastPid: Number(lastPid),
    attachments: BigInt(attachments),
    attached: Number(attached),
    detached: Number(detached),
    changed: Number(changed),
  };
}

function setIn(words: readonly string[]): SemaphoreSet {
  const [key, id, mode, count = "0", uid, gid, creatorUid, creatorGid, operated, changed] = words;
  return {
    ...accessOf([key, id, uid, gid, creatorUid, creatorGid], mode),
    count: BigInt(count),
    operated: Number(operated),
    changed: Number(changed),
  };
}

/** Key, id and owners are decimal, the mode is octal. */
function accessOf(numbers: readonly (string | undefined)[], mode: string | undefined): Access {
  const [key = 0, id = 0, uid = 0, gid = 0, creatorUid = 0, creatorGid = 0] = numbers.map(Number);
  const bits = Number.parseInt(mode ?? "", 8);
  return { key: key >>> 0, id, mode: bits, uid, gid, creatorUid, creatorGid };
}

interface Opened extends Disposable {
  stat(): unknown;
}

/** What this user may read, as MSG_STAT, SHM_STAT and SEM_STAT show it. */
function readable<Status extends { readonly id: number }, Item>(
  list: () => readonly Status[],
  { byId }: { byId(id: number): Opened },
  itemOf: (status: Status) => Item,
): readonly Item[] {
  let statuses: readonly Status[] = [];
  refusalOf(() => {
    statuses = list();
  });
  return statuses.filter(({ id }) => isReadable(() => byId(id))).map(itemOf);
}

function queueOf(status: SysvMessageQueueStatus): Queue {
  return {
    ...status,
    bytes: BigInt(status.bytes),
    messages: BigInt(status.messages),
    sent: secondsOf(status.sentAt),
    received: secondsOf(status.receivedAt),
    changed: secondsOf(status.changedAt),
    maxBytes: BigInt(status.maxBytes),
  };
}

/** The original takes the creator's user for the creator's group here. */
function segmentOf(status: SysvSharedMemoryStatus): Segment {
  return {
    ...status,
    creatorGid: status.creatorUid,
    mode: status.mode | (status.removed ? SHM_DEST : 0) | (status.locked ? SHM_LOCKED : 0),
    bytes: BigInt(status.sizeBytes),
    attachments: BigInt(status.attachments),
    attached: secondsOf(status.attachedAt),
    detached: secondsOf(status.detachedAt),
    changed: secondsOf(status.changedAt),
  };
}

/** Bits of a segment's mode: it goes with its last attachment; it is not swapped. */
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;

/** The same mistake with the creator's group. */
function setOf(status: SysvSemaphoreSetStatus): SemaphoreSet {
  return {
    ...status,
    creatorGid: status.creatorUid,
    count: BigInt(status.count),
    operated: secondsOf(status.operatedAt),
    changed: secondsOf(status.changedAt),
  };
}

function secondsOf(date: Date | undefined): number {
  return date === undefined ? 0 : date.getTime() / 1000;
}
