/** POSIX semaphores, named or unlinked, with who has them mapped and who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, Hold, ObjectRecord, Unknown, Wait } from "../../io/schema.ts";
import { isStillThere, sinceUnknown } from "../../io/seeing/blocked.ts";
import { type FutexWait, semaphoreWaits } from "../../io/seeing/futex-waits.ts";
import { deviceKey } from "../../io/seeing/kernel-memory.ts";
import {
  holderCounts,
  memoryHolds,
  unseenHolders,
  unseenWords,
  writersOf,
} from "../../io/seeing/memory-holds.ts";
import { type MemoryObject, memoryObjects } from "../../io/seeing/memory-objects.ts";
import { type PosixFacts, posixFinding } from "./posix-findings.ts";
import { type PosixValue, posixValueOf, refusalWords } from "./posix-value.ts";

/** Objects, holds, waits and findings of the kind "psem". */
export function seePosixSemaphores(view: View): Sight {
  const calls = waitsByKey(view);
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  const waits: Wait[] = [];
  const findings: Finding[] = [];
  const refusals: string[] = [];
  for (const memory of memoryObjects(view).values()) {
    if (memory.kind !== "psem") continue;
    const facts = factsOf(view, memory, calls.get(memory.key) ?? []);
    if ("refused" in facts.value) refusals.push(facts.value.refused);
    for (const hold of facts.holds) holds.push(hold);
    for (const wait of facts.waits) waits.push(waitRecord(memory, wait));
    const finding = posixFinding(facts);
    if (finding !== undefined) findings.push(finding);
    objects.push(recordOf(facts));
  }
  return { objects, holds, waits, links: [], findings, gaps: gapsOf(refusals) };
}

function waitsByKey(view: View): ReadonlyMap<string, readonly FutexWait[]> {
  const groups = new Map<string, FutexWait[]>();
  for (const wait of semaphoreWaits(view)) {
    const key = wait.place?.memory?.key ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [wait]);
    else group.push(wait);
  }
  return groups;
}

function factsOf(view: View, memory: MemoryObject, calls: readonly FutexWait[]): PosixFacts {
  return {
    memory,
    value: posixValueOf(view, memory),
    holds: memoryHolds(memory),
    waits: calls,
    isStillThere: (wait) => isStillThere(view, wait),
    unseen: unseenHolders(view),
    processes: view.processes.processes,
    nowMs: Date.now(),
  };
}

function waitRecord({ address }: MemoryObject, wait: FutexWait): Wait {
  const { process, tid, call, isTimed } = wait;
  return {
    pid: process.pid,
    tid,
    object: address,
    operation: "wait",
    syscall: call.name,
    ...(isTimed ? { isTimed } : {}),
    need: { atLeast: 1 },
    text: "the semaphore to be posted",
    unknown: sinceUnknown,
  };
}

function recordOf(facts: PosixFacts): ObjectRecord {
  const { memory, value } = facts;
  const { address, file, name } = memory;
  return {
    address,
    aliases: [],
    kind: "psem",
    title: "POSIX semaphore",
    namespace: name?.namespace ?? null,
    uid: file?.uid ?? null,
    gid: file?.gid ?? null,
    mode: file === undefined ? null : file.mode & 0o777,
    used: "value" in value ? { value: value.value } : {},
    limit: {},
    changedAt: file === undefined ? null : new Date(file.changedAtMs).toISOString(),
    flags: file === undefined ? ["deleted"] : [],
    details: detailsOf(facts),
    unknown: unknownOf(facts),
    source: ["/dev/shm", "/proc/PID/maps", "process_vm_readv(2)", "/proc/PID/task/TID/syscall"],
  };
}

function detailsOf({ memory, holds, waits, value }: PosixFacts): ObjectRecord["details"] {
  const { major, minor, inode, path, file } = memory;
  return {
    device: deviceKey(major, minor),
    inode,
    ...(file === undefined
      ? { path: path.replace(/ \(deleted\)$/, "") }
      : { path: memory.name?.path ?? null }),
    links: file?.links ?? null,
    ...holderCounts(memory, holds),
    waiters: "value" in value ? value.waiters : null,
    waitersSeen: waits.length,
    ...(file === undefined ? {} : { mayWrite: writersOf(file.mode) }),
  };
}

function unknownOf({ memory, value, waits, unseen }: PosixFacts): Unknown {
  const holders = unseenWords(unseen);
  const lacks = refusalOf(value, waits.length);
  const nameless = "it has no name any more";
  return {
    ...(holders === undefined ? {} : { holders }),
    ...lacks,
    ...(memory.file === undefined ? { uid: nameless, gid: nameless, mode: nameless } : {}),
  };
}

/** Who was killed while waiting is counted for ever; who is about to wait is not there yet. */
function refusalOf(value: PosixValue, seen: number): Unknown {
  if ("refused" in value) {
    const words = refusalWords(value.refused);
    return { value: words, waiters: words };
  }
  const unseen = value.waiters - seen;
  return unseen > 0 ? { waiters: `${unseen} of ${value.waiters} counted are not seen` } : {};
}

/** One gap a reason, however many semaphores it concerns. */
function gapsOf(reasons: readonly string[]): Gap[] {
  return [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    const semaphores = count === 1 ? "1 POSIX semaphore" : `${count} POSIX semaphores`;
    const out = reason === "EACCES" || reason === "EPERM" ? "; run as the owner or as root" : "";
    const text = `The values of ${semaphores} could not be read (${reason})${out}.`;
    return { what: "values", reason, count, text };
  });
}
