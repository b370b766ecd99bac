/** What follows from a segment's state and from who has it attached, in plain words. */
import type { Finding, Hold } from "../../io/schema.ts";
import { LEAKED_AFTER_MS, named } from "../../io/sentences.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { SysvSharedMemoryStatus } from "./sysv-status.ts";

/** One segment with what is known about it. */
export interface SegmentFacts {
  readonly status: SysvSharedMemoryStatus;
  /** The attachments that could be seen. */
  readonly holds: readonly Hold[];
  readonly processes: ReadonlyMap<number, Process>;
  /** True when no process has this number any more, as far as can be known. */
  readonly isGone: (pid: number) => boolean;
  /** When it was looked at, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** At most one finding a segment. */
export function findingOf(facts: SegmentFacts): Finding | undefined {
  const { status, isGone } = facts;
  if (isLeaked(facts)) return leaked(facts);
  const orphaned = status.removed && status.attachments > 0 && isGone(status.creatorPid);
  return orphaned ? removedAndHeld(facts) : undefined;
}

/**
 * Nobody has it attached, and those who made it and used it last are gone. Of one whom the kernel
 * calls 0, a process of another PID namespace, it is not known whether he is gone.
 */
function isLeaked({ status, isGone, nowMs }: SegmentFacts): boolean {
  const { attachments, removed, creatorPid, lastPid, attachedAt } = status;
  const isAway = (pid: number): boolean => pid === 0 || isGone(pid);
  if (attachments > 0 || removed || !isAway(creatorPid)) return false;
  if (attachedAt !== undefined && !isAway(lastPid)) return false;
  return nowMs - lastUse(status) > LEAKED_AFTER_MS;
}

/** In milliseconds since 1970. */
function lastUse({ attachedAt, detachedAt, changedAt }: SysvSharedMemoryStatus): number {
  return Math.max(...[attachedAt, detachedAt, changedAt].map((date) => date?.getTime() ?? 0));
}

/** So long nobody who was told the number of a segment without a key has made use of it. */
const SAFE_AFTER_MS = 24 * 60 * 60 * 1000;

function removalOf({ status, nowMs }: SegmentFacts): NonNullable<Finding["removal"]> {
  const { key, creatorPid, lastPid, attachedAt } = status;
  if (creatorPid === 0 || (attachedAt !== undefined && lastPid === 0)) return "keep";
  // By its key a program finds what it left, however long ago.
  return key === 0 && nowMs - lastUse(status) > SAFE_AFTER_MS ? "safe" : "likely";
}

function leaked(facts: SegmentFacts): Finding {
  const { id, sizeBytes, creatorPid } = facts.status;
  const removal = removalOf(facts);
  const out =
    removal === "keep"
      ? "=> whether it is left over cannot be told from this PID namespace."
      : `=> it may be left over; if so: ipc rm shm:${id}`;
  const maker =
    creatorPid === 0
      ? "A process of another PID namespace made it"
      : `Pid ${creatorPid}, which made it, is gone`;
  const text = [
    `shm:${id} has ${sizeBytes} bytes and nobody has it attached.`,
    `${maker}; ${lastUserText(facts)}.`,
    out,
  ];
  return { ...finding(facts, "segment-leaked", text), removal };
}

function lastUserText({ status: { lastPid, attachedAt, detachedAt } }: SegmentFacts): string {
  const since = detachedAt === undefined ? "" : ` (${detachedAt.toISOString()})`;
  if (attachedAt === undefined && lastPid === 0) return "nobody ever attached it";
  if (lastPid === 0) return `the last to attach or detach it was of another, too${since}`;
  return `pid ${lastPid}, the last to attach or detach it, is gone too${since}`;
}

function removedAndHeld(facts: SegmentFacts): Finding {
  const { id, sizeBytes, attachments, creatorPid } = facts.status;
  const times = attachments === 1 ? "1 attachment" : `${attachments} attachments`;
  return finding(facts, "segment-removed", [
    `shm:${id} is removed, and its ${sizeBytes} bytes stay only for ${times}.`,
    `Pid ${creatorPid}, which made it, is gone.`,
    ...holdersText(facts),
    "=> it goes when the last of them detaches it or ends.",
  ]);
}

/** More names than these are only counted. */
const NAMES_MAX = 8;

function holdersText({ holds, status, processes }: SegmentFacts): string[] {
  const pids = [...new Set(holds.map(({ pid }) => pid))];
  const names = pids.slice(0, NAMES_MAX).map((pid) => named(processes, pid));
  const more = pids.length > NAMES_MAX ? ` and ${pids.length - NAMES_MAX} others` : "";
  const held = pids.length === 0 ? [] : [`Attached by ${names.join(", ")}${more}.`];
  const unseen = status.attachments - holds.length;
  return unseen > 0 ? [...held, `${unseen} of the attachments could not be seen.`] : held;
}

function finding({ status, holds }: SegmentFacts, rule: string, text: readonly string[]): Finding {
  const processes = [...new Set(holds.map(({ pid }) => pid))];
  return { rule, severity: "info", objects: [`shm:${status.id}`], processes, text };
}
