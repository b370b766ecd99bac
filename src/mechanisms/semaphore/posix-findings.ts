/** What follows from a POSIX semaphore's value, who has it, and who waits, in plain words. */
import type { Finding, Hold } from "../../io/schema.ts";
import type { FutexWait } from "../../io/seeing/futex-waits.ts";
import type { Unseen } from "../../io/seeing/memory-holds.ts";
import type { MemoryObject } from "../../io/seeing/memory-objects.ts";
import { posixLeak } from "../../io/seeing/posix-leak.ts";
import { named, theFirst } from "../../io/sentences.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { PosixValue } from "./posix-value.ts";

/** One semaphore with what is known about it. */
export interface PosixFacts {
  readonly memory: MemoryObject;
  readonly value: PosixValue;
  readonly holds: readonly Hold[];
  readonly waits: readonly FutexWait[];
  /** Whether one still waits: the value was read later. */
  readonly isStillThere: (wait: FutexWait) => boolean;
  readonly unseen: Unseen;
  readonly processes: ReadonlyMap<number, Process>;
  readonly nowMs: number;
}

/** At most one finding a semaphore. Where somebody may have it unseen, nothing follows. */
export function posixFinding(facts: PosixFacts): Finding | undefined {
  const { holds, unseen } = facts;
  if (unseen.processes > 0 || unseen.hidden) return undefined;
  return holds.length === 0 ? leaked(facts) : onlyWaiters(facts);
}

function leaked(facts: PosixFacts): Finding | undefined {
  const { memory, value, unseen, nowMs } = facts;
  const { address, file } = memory;
  if (file === undefined) return undefined;
  const what = "value" in value ? `has the value ${value.value}` : "is there";
  const state = `${what}, and nobody has it open`;
  return posixLeak({ rule: "psem-leaked", address, state, file, unseen, nowMs });
}

/** All who have it wait for it, with all their threads, and none of them will give up. */
function onlyWaiters(facts: PosixFacts): Finding | undefined {
  const { memory, value, holds, waits, processes, unseen } = facts;
  if (!("value" in value) || value.value > 0 || waits.length === 0) return undefined;
  if (waits.some(({ isTimed }) => isTimed)) return undefined;
  const waiting = new Map<number, number>();
  for (const { process } of waits) waiting.set(process.pid, (waiting.get(process.pid) ?? 0) + 1);
  const pids = [...new Set(holds.map(({ pid }) => pid))];
  const isStuck = (pid: number): boolean => {
    return (waiting.get(pid) ?? 0) >= (processes.get(pid)?.threads.length ?? 1);
  };
  if (!pids.every(isStuck) || !waits.every(facts.isStillThere)) return undefined;
  const hedge =
    memory.file === undefined
      ? "it has no name by which another could open it"
      : "unless another opens it by its name";
  const outside = unseen.outside ? ", as far as this PID namespace goes" : "";
  return {
    rule: "semaphore-only-waiters",
    severity: memory.file === undefined ? "error" : "warning",
    objects: [memory.address],
    processes: pids,
    text: [
      `${memory.address} has the value 0, and all who have it wait for it.`,
      ...theFirst(pids.map((pid) => `${named(processes, pid)} waits for it to be posted.`)),
      `=> nobody is left to post it, ${hedge}${outside}.`,
    ],
  };
}
