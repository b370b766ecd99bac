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

/** Nobody has it attached, and those who made it and used it last are gone. */
function isLeaked({ status, isGone, nowMs }: SegmentFacts): boolean {
  const { attachments, removed, creatorPid, lastPid } = status;
  const { attachedAt, detachedAt, changedAt } = status;
  if (attachments > 0 || removed || !isGone(creatorPid)) return false;
  if (attachedAt !== undefined && !isGone(lastPid)) return false;
  const last = Math.max(...[attachedAt, detachedAt, changedAt].map((date) => date?.getTime() ?? 0));
  return nowMs - last > LEAKED_AFTER_MS;
}

function leaked(facts: SegmentFacts): Finding {
  const { id, sizeBytes, creatorPid, lastPid, detachedAt } = facts.status;
  const last =
    lastPid === 0
      ? "nobody ever attached it"
      : `pid ${lastPid}, the last to attach or detach it, is gone too`;
  const since = detachedAt === undefined ? "" : ` (${detachedAt.toISOString()})`;
  return finding(facts, "segment-leaked", [
    `shm:${id} has ${sizeBytes} bytes and nobody has it attached.`,
    `Pid ${creatorPid}, which made it, is gone; ${last}${since}.`,
    `=> it may be left over; if so: ipc rm shm:${id}`,
  ]);
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
