/** What follows from a POSIX queue's state, from who has it open and from who waits for it. */
import type { Finding, Hold, Wait } from "../../io/schema.ts";
import { LEAKED_AFTER_MS, named, theFirst } from "../../io/sentences.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import { addressOf, type MqContents, type MqStatus } from "./mq-status.ts";

/** One queue with what is known about it. */
export interface MqFacts {
  readonly status: MqStatus;
  readonly contents: MqContents;
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly processes: ReadonlyMap<number, Process>;
  /** True when the descriptors of everybody who could have it open were read. */
  readonly everybodySeen: boolean;
  /** When it was looked at, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** At most one finding a queue: the strongest that holds. */
export function findingOf(facts: MqFacts): Finding | undefined {
  const { contents, waits } = facts;
  const senders = waiting(facts, "send");
  if (senders.length > 0) return full(facts, senders);
  if (isFull(contents) && waits.length === 0 && receiversOf(facts).length === 0) {
    return isLeaked(facts) ? leaked(facts) : fullAndUnread(facts);
  }
  return isLeaked(facts) ? leaked(facts) : undefined;
}

/** True when the next to send has to wait. */
export function isFull({ messages, messagesMax }: MqContents): boolean {
  return messages >= messagesMax;
}

function waiting({ waits }: MqFacts, operation: string): readonly Wait[] {
  return waits.filter((wait) => wait.operation === operation);
}

/** Who has it open to receive and is not blocked in sending itself. */
function receiversOf(facts: MqFacts): readonly number[] {
  const senders = new Set(waiting(facts, "send").map(({ pid }) => pid));
  const readers = facts.holds.filter(({ mode }) => mode !== "write").map(({ pid }) => pid);
  return [...new Set(readers)].filter((pid) => !senders.has(pid));
}

function full(facts: MqFacts, senders: readonly Wait[]): Finding {
  const blocked = senders.map(({ pid, syscall, text }) => {
    return `${named(facts.processes, pid)} is blocked in ${syscall}: it waits for ${text}.`;
  });
  const stuck = receiversOf(facts).length === 0 && facts.everybodySeen;
  const text = [stateOf(facts), ...theFirst(blocked), ...readersText(facts)];
  return finding(facts, "queue-full", stuck && !senders.some(isTimed) ? "error" : "warning", text);
}

function isTimed(wait: Wait): boolean {
  return wait.isTimed === true;
}

function fullAndUnread(facts: MqFacts): Finding {
  const text = [stateOf(facts), ...readersText(facts)];
  return finding(facts, "queue-full", "info", text);
}

/** Who could make room, and what follows. */
function readersText(facts: MqFacts): readonly string[] {
  const receivers = receiversOf(facts);
  if (receivers.length === 0) {
    const seen = facts.everybodySeen ? "" : " that may be seen";
    const others = waiting(facts, "send").length > 0 ? "Nobody else" : "Nobody";
    const state = `${others}${seen} has it open to receive.`;
    return [state, "=> it stays full until somebody opens it and receives."];
  }
  const names = receivers.map((pid) => `${named(facts.processes, pid)} has it open to receive.`);
  const none = waiting(facts, "receive").length > 0 ? [] : ["Nobody waits to receive."];
  const one = receivers.length === 1 ? "that one receives" : "one of them receives";
  return [...none, ...theFirst(names), `=> it stays full until ${one}.`];
}

/** Messages for which nobody is there any more, and nobody asked to be told of them. */
function isLeaked({ status, contents, holds, waits, nowMs }: MqFacts): boolean {
  const { messages, notification } = contents;
  if (messages === 0 || holds.length + waits.length > 0 || notification !== undefined) return false;
  return nowMs - status.usedAt.getTime() > LEAKED_AFTER_MS;
}

function leaked(facts: MqFacts): Finding {
  const { status, everybodySeen } = facts;
  const seen = everybodySeen ? "" : " that may be seen";
  const text = [
    stateOf(facts),
    `Nobody${seen} has it open; it was last used at ${status.usedAt.toISOString()}.`,
    `=> it may be left over; if so: ipc rm ${addressOf(status)}`,
  ];
  // Messages are somebody's work, and a name can be found again: never safe.
  const removal = everybodySeen ? "likely" : "keep";
  return { ...finding(facts, "mq-leaked", "info", text), removal };
}

/** "mq:/jobs is full: 10 of 10 messages, 640 bytes." */
function stateOf({ status, contents }: MqFacts): string {
  const { messages, messagesMax, bytes } = contents;
  const state = isFull(contents) ? "is full" : "is open";
  const amount = `${messages} of ${messagesMax} messages, ${bytes} bytes`;
  return `${addressOf(status)} ${state}: ${amount}.`;
}

function finding(
  { status, waits }: MqFacts,
  rule: string,
  severity: Finding["severity"],
  text: readonly string[],
): Finding {
  const processes = [...new Set(waits.map(({ pid }) => pid))];
  return { rule, severity, objects: [addressOf(status)], processes, text };
}
