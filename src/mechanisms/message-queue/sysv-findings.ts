/** What follows from a queue's state and from who waits for it, in plain words. */
import type { Finding } from "../../io/schema.ts";
import { LEAKED_AFTER_MS, named, theFirst } from "../../io/sentences.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { SysvMessageQueueStatus } from "./sysv-status.ts";
import { accepts, type ReceiveWait, type SendWait } from "./sysv-waits.ts";

/** The messages of one type in a queue. */
export interface TypeCount {
  readonly type: number | bigint;
  readonly messages: number;
}

/** One queue with what is known about it. */
export interface QueueFacts {
  readonly status: SysvMessageQueueStatus;
  /** In the order in which they stand in the queue; undefined when we may not look. */
  readonly types: readonly TypeCount[] | undefined;
  /** True when `types` covers only the oldest messages. */
  readonly truncated: boolean;
  readonly senders: readonly SendWait[];
  readonly receivers: readonly ReceiveWait[];
  readonly processes: ReadonlyMap<number, Process>;
  /** True when no process has this number any more, as far as can be known. */
  readonly isGone: (pid: number) => boolean;
  /** When it was looked at, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** At most one finding a queue: the strongest that holds. */
export function findingOf(facts: QueueFacts): Finding | undefined {
  const { senders, receivers, types, truncated } = facts;
  if (senders.some((wait) => tooLarge(facts, wait))) return neverFits(facts);
  const refused = types !== undefined && !truncated && types.length > 0 && noneFits(facts);
  if (senders.length > 0 && receivers.length > 0 && refused) return bothBlocked(facts);
  if (senders.length > 0) return nobodyReads(facts);
  if (receivers.length > 0 && refused) return wrongTypes(facts);
  return isLeaked(facts) ? leaked(facts) : undefined;
}

/**
 * Messages that nobody waits for, from a sender that is gone, and nobody reads any more. Of one whom
 * the kernel calls 0, a process of another PID namespace, it is not known whether he is gone.
 */
function isLeaked({ status, receivers, isGone, nowMs }: QueueFacts): boolean {
  const { messages, lastSendPid, lastReceivePid, sentAt, receivedAt, changedAt } = status;
  const isAway = (pid: number): boolean => pid === 0 || isGone(pid);
  if (messages === 0 || receivers.length > 0 || !isAway(lastSendPid)) return false;
  if (receivedAt !== undefined && !isAway(lastReceivePid)) return false;
  const last = Math.max(...[sentAt, receivedAt, changedAt].map((date) => date?.getTime() ?? 0));
  return nowMs - last > LEAKED_AFTER_MS;
}

function leaked(facts: QueueFacts): Finding {
  const { lastSendPid, lastReceivePid, receivedAt, id } = facts.status;
  const isForeign = lastSendPid === 0 || (receivedAt !== undefined && lastReceivePid === 0);
  const sender =
    lastSendPid === 0
      ? "The last to send was a process of another PID namespace, and nobody waits to receive."
      : `Pid ${lastSendPid}, the last to send, is gone, and nobody waits to receive.`;
  const out = isForeign
    ? "=> whether it is left over cannot be told from this PID namespace."
    : `=> it may be left over; if so: ipc rm msg:${id}`;
  const text = [stateOf(facts), sender, lastReader(facts), out];
  // Messages are somebody's work: a reader that is to be started yet would miss them.
  return {
    ...finding(facts, "queue-leaked", "info", text),
    removal: isForeign ? "keep" : "likely",
  };
}

function tooLarge({ status }: QueueFacts, { need }: SendWait): boolean {
  return need.bytes > status.maxBytes;
}

function noneFits({ types, receivers }: QueueFacts): boolean {
  return !(types ?? []).some(({ type }) => receivers.some((wait) => accepts(wait, type)));
}

function neverFits(facts: QueueFacts): Finding {
  const { status, senders } = facts;
  const never = senders
    .filter((wait) => tooLarge(facts, wait))
    .map(({ pid, need }) => {
      const limit = `the queue holds ${status.maxBytes} at most, even when empty`;
      return `${named(facts.processes, pid)} is blocked in msgsnd with ${need.bytes} bytes: ${limit}.`;
    });
  const out = `=> it waits for ever, unless the limit is raised: msgctl(IPC_SET).`;
  const text = [stateOf(facts), ...theFirst(never), out];
  return finding(facts, "queue-message-never-fits", "error", text);
}

function bothBlocked(facts: QueueFacts): Finding {
  const text = [stateOf(facts), ...sendersText(facts), ...receiversText(facts)];
  return finding(facts, "queue-full-type-mismatch", "error", [
    ...text,
    `=> nobody can make progress. ${lastReader(facts)}`,
  ]);
}

function nobodyReads(facts: QueueFacts): Finding {
  const { receivers } = facts;
  const readers = receivers.length > 0 ? receiversText(facts) : ["Nobody waits to receive."];
  const text = [stateOf(facts), ...sendersText(facts), ...readers];
  return finding(facts, "queue-full", "warning", [...text, `=> ${lastReader(facts)}`]);
}

function wrongTypes(facts: QueueFacts): Finding {
  const text = [stateOf(facts), ...receiversText(facts)];
  return finding(facts, "queue-type-mismatch", "warning", [
    ...text,
    "=> the messages that are there are for somebody else.",
  ]);
}

function finding(
  { status, senders, receivers }: QueueFacts,
  rule: string,
  severity: Finding["severity"],
  text: readonly string[],
): Finding {
  const processes = [...new Set([...senders, ...receivers].map((wait) => wait.pid))];
  return { rule, severity, objects: [`msg:${status.id}`], processes, text };
}

/** "msg:0 is full: 16000 of 16384 bytes, 2 messages, all of type 3." */
function stateOf({ status, types, truncated, senders }: QueueFacts): string {
  const { id, bytes, maxBytes, messages } = status;
  const state = senders.length > 0 ? "is full" : "is open";
  const count = `${messages} message${messages === 1 ? "" : "s"}`;
  const kinds = types === undefined || types.length === 0 ? "" : `, ${typesText(types, truncated)}`;
  return `msg:${id} ${state}: ${bytes} of ${maxBytes} bytes, ${count}${kinds}.`;
}

function typesText(types: readonly TypeCount[], truncated: boolean): string {
  const [only] = types;
  if (types.length === 1 && only !== undefined && !truncated) return `all of type ${only.type}`;
  const shown = types.slice(0, 8).map(({ type, messages }) => `${messages} of type ${type}`);
  return shown.join(", ") + (types.length > 8 || truncated ? ", …" : "");
}

function sendersText(facts: QueueFacts): readonly string[] {
  const { status, senders } = facts;
  const sentences = senders.map(({ pid, need }) => {
    const free = Math.max(0, status.maxBytes - status.bytes);
    const type = need.type === null ? "" : ` for a message of type ${need.type}`;
    const needs = `it needs ${need.bytes} bytes${type}, ${free} are free`;
    return `${named(facts.processes, pid)} is blocked in msgsnd: ${needs}.`;
  });
  return theFirst(sentences);
}

function receiversText(facts: QueueFacts): readonly string[] {
  const { receivers } = facts;
  const first = receivers.length === 1 ? "The only receiver, " : "";
  const sentences = receivers.map((wait) => {
    const who =
      first === ""
        ? named(facts.processes, wait.pid)
        : `${first}${named(facts.processes, wait.pid)},`;
    const none = noneFits({ ...facts, receivers: [wait] });
    const why = none ? ": no queued message is one" : "";
    return `${who} is blocked in msgrcv for ${wait.text}${why}.`;
  });
  return theFirst(sentences);
}

function lastReader({ status, processes, isGone }: QueueFacts): string {
  const { lastReceivePid: pid, receivedAt } = status;
  if (pid === 0 && receivedAt === undefined) return "Nothing ever read this queue (lrpid 0).";
  if (pid === 0) return "The last to read was a process of another PID namespace (lrpid 0).";
  const reader = processes.get(pid);
  const fate = isGone(pid) ? "gone" : "not seen";
  if (reader === undefined) return `The last to read was pid ${pid}, which is ${fate}.`;
  return `The last to read was ${reader.comm} (${pid}).`;
}
