/** Every System V message queue of this IPC namespace, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, ObjectRecord, Unknown } from "../../io/schema.ts";
import { keyAddress } from "../../io/sysv/address.ts";
import { SystemError } from "../../sys/errors.ts";
import { findingOf, type QueueFacts, type TypeCount } from "./sysv-findings.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";
import { listSysvMessageQueues, type SysvMessageQueueStatus } from "./sysv-status.ts";
import { type ReceiveWait, type SendWait, sysvWaits } from "./sysv-waits.ts";

/** Looking at the n-th message makes the kernel walk to it: a long queue is not seen to its end. */
const PEEK_MAX = 1024;
/** For all queues together, about a fifth of a second: anybody may make thousands of full queues. */
const PEEKS_MAX = 16_384;

/** The types in a queue, or why they are not known. */
interface Peeked {
  readonly types: readonly TypeCount[] | undefined;
  readonly truncated: boolean;
  readonly refused: string | undefined;
}

/** Objects, waits and findings of the kind "msg". */
export function seeSysvMessageQueues(view: View): Sight {
  const waits = sysvWaits(view);
  const objects: ObjectRecord[] = [];
  const findings: Finding[] = [];
  const unread: string[] = [];
  let budget = PEEKS_MAX;
  for (const status of listSysvMessageQueues()) {
    const peeked = peekTypes(status, Math.min(PEEK_MAX, budget));
    budget -= Math.min(status.messages, PEEK_MAX, budget);
    if (peeked.refused !== undefined) unread.push(peeked.refused);
    const facts = factsOf(view, status, peeked, waits);
    const finding = findingOf(facts);
    if (finding !== undefined) findings.push(finding);
    objects.push(objectOf(view, facts, peeked, finding));
  }
  const seen = new Set(objects.map((object) => object.address));
  const known = waits.filter((wait) => seen.has(wait.object));
  return { objects, holds: [], waits: known, links: [], findings, gaps: gapsOf(unread) };
}

function factsOf(
  { processes: { processes }, isGone }: View,
  status: SysvMessageQueueStatus,
  { types, truncated }: Peeked,
  waits: readonly (SendWait | ReceiveWait)[],
): QueueFacts {
  const ours = waits.filter((wait) => wait.object === `msg:${status.id}`);
  const senders = ours.filter((wait) => wait.operation === "send");
  const receivers = ours.filter((wait) => wait.operation === "receive");
  const blocked = { senders, receivers };
  return { status, types, truncated, ...blocked, processes, isGone, nowMs: Date.now() };
}

function peekTypes({ id, messages }: SysvMessageQueueStatus, most: number): Peeked {
  const counts = new Map<number | bigint, number>();
  if (messages === 0) return { types: [], truncated: false, refused: undefined };
  try {
    using queue = SysvMessageQueue.byId(id);
    const seen = Math.min(messages, most);
    for (let index = 0; index < seen; index++) {
      const message = queue.peek(index);
      if (message === undefined) break;
      counts.set(message.type, (counts.get(message.type) ?? 0) + 1);
    }
  } catch (refused) {
    if (!(refused instanceof SystemError)) throw refused;
    return { types: undefined, truncated: false, refused: refused.code };
  }
  const types = [...counts].map(([type, count]) => ({ type, messages: count }));
  return { types, truncated: messages > most, refused: undefined };
}

function objectOf(
  view: View,
  { status, senders, types }: QueueFacts,
  { refused, truncated }: Peeked,
  finding: Finding | undefined,
): ObjectRecord {
  const { id, key, uid, gid, mode, bytes, messages, maxBytes } = status;
  const alias = key === 0 ? undefined : keyAddress("msg", key);
  return {
    address: `msg:${id}`,
    aliases: alias === undefined ? [] : [alias],
    kind: "msg",
    title: "System V message queue",
    namespace: view.namespaces.ipc,
    uid,
    gid,
    mode,
    used: { bytes, messages },
    limit: { bytes: maxBytes, messages: maxBytes },
    changedAt: status.changedAt.toISOString(),
    flags: flagsOf(status, senders.length, finding),
    details: {
      id,
      key,
      sequence: status.sequence,
      creatorUid: status.creatorUid,
      creatorGid: status.creatorGid,
      lastSendPid: status.lastSendPid,
      lastReceivePid: status.lastReceivePid,
      sentAt: status.sentAt?.toISOString() ?? null,
      receivedAt: status.receivedAt?.toISOString() ?? null,
      types: types?.map(({ type, messages: count }) => ({ type, messages: count })) ?? null,
      typesTruncated: truncated,
    },
    unknown: unknownOf(status, refused),
    source: ["msgctl(MSG_STAT_ANY)", "msgrcv(MSG_COPY)", "/proc/PID/task/TID/syscall"],
  };
}

function unknownOf({ sentAt, receivedAt }: SysvMessageQueueStatus, refused?: string): Unknown {
  return {
    ...(refused === undefined ? {} : { types: refused }),
    ...(sentAt === undefined ? { sentAt: "nothing was ever sent" } : {}),
    ...(receivedAt === undefined ? { receivedAt: "nothing was ever received" } : {}),
  };
}

function flagsOf(
  { bytes, messages, maxBytes }: SysvMessageQueueStatus,
  senders: number,
  finding: Finding | undefined,
): string[] {
  const full = senders > 0 || bytes >= maxBytes || messages >= maxBytes;
  return [...(full ? ["full"] : []), ...(finding?.severity === "error" ? ["stuck"] : [])];
}

/** One gap a reason, however many queues it concerns. */
function gapsOf(reasons: readonly string[]): Gap[] {
  return [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    const queues = count === 1 ? "1 message queue" : `${count} message queues`;
    const out = reason === "EACCES" ? "; run as its owner or as root" : "";
    const text = `the types of the messages in ${queues} are not readable (${reason})${out}`;
    return { what: "messages", reason, count, text };
  });
}
