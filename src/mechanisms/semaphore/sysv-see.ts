/** Every System V semaphore set of this IPC namespace, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, ObjectRecord, PartRecord, Unknown, Wait } from "../../io/schema.ts";
import { keyAddress } from "../../io/sysv/address.ts";
import { SystemError } from "../../sys/errors.ts";
import { findingOf, type SemaphoreState, type SetFacts } from "./sysv-findings.ts";
import { listSysvSemaphoreSets, type SysvSemaphoreSetStatus } from "./sysv-status.ts";
import { usesOf, valuesOf } from "./sysv-values.ts";
import { type SetWait, setWaits, waitRecord } from "./sysv-waits.ts";

/** Each semaphore costs three system calls: a large set is not shown to its end. */
const SEMAPHORES_MAX = 256;
/** Of all sets together. */
const LOOKS_MAX = 16_384;

/** What a set says of itself, or why it does not. */
interface Looked {
  readonly values: readonly number[] | undefined;
  readonly semaphores: readonly SemaphoreState[];
  readonly refused: string | undefined;
}

/** Objects, waits and findings of the kind "sem". */
export function seeSysvSemaphoreSets(view: View): Sight {
  const calls = waitsById(view);
  const objects: ObjectRecord[] = [];
  const waits: Wait[] = [];
  const findings: Finding[] = [];
  const unread: string[] = [];
  let unseen = 0;
  let budget = LOOKS_MAX;
  for (const status of listSysvSemaphoreSets()) {
    const looked = lookAt(status, Math.min(SEMAPHORES_MAX, budget));
    budget -= looked.semaphores.length;
    if (looked.refused !== undefined) unread.push(looked.refused);
    const facts = factsOf(view, status, looked, calls.get(status.id) ?? []);
    unseen += unseenWaiters(facts);
    const finding = findingOf(facts);
    if (finding !== undefined) findings.push(finding);
    for (const wait of facts.waits) waits.push(waitRecord(wait, looked.values));
    objects.push(objectOf(view, facts, looked, finding));
  }
  return { objects, holds: [], waits, links: [], findings, gaps: gapsOf(unread, unseen) };
}

function waitsById(view: View): ReadonlyMap<number, readonly SetWait[]> {
  const groups = new Map<number, SetWait[]>();
  for (const wait of setWaits(view)) {
    const group = groups.get(wait.id);
    if (group === undefined) groups.set(wait.id, [wait]);
    else group.push(wait);
  }
  return groups;
}

function lookAt(status: SysvSemaphoreSetStatus, most: number): Looked {
  try {
    const values = valuesOf(status);
    const semaphores = usesOf(status, most).map((use, index) => {
      return { value: values[index] ?? 0, ...use };
    });
    return { values, semaphores, refused: undefined };
  } catch (refused) {
    if (!(refused instanceof SystemError)) throw refused;
    return { values: undefined, semaphores: [], refused: refused.code };
  }
}

function factsOf(
  { processes: { processes }, isGone }: View,
  status: SysvSemaphoreSetStatus,
  { values, semaphores }: Looked,
  waits: readonly SetWait[],
): SetFacts {
  return { status, values, semaphores, waits, processes, isGone, nowMs: Date.now() };
}

/** The kernel counts each waiter once, at the semaphore that it waits for first. */
function waitersCounted({ semaphores }: Pick<SetFacts, "semaphores">): number {
  return semaphores.reduce((sum, { increase, zero }) => sum + increase + zero, 0);
}

function unseenWaiters(facts: SetFacts): number {
  return Math.max(0, waitersCounted(facts) - facts.waits.length);
}

function objectOf(
  view: View,
  facts: SetFacts,
  looked: Looked,
  finding: Finding | undefined,
): ObjectRecord {
  const { status, values } = facts;
  const { id, key, uid, gid, mode, count } = status;
  return {
    address: `sem:${id}`,
    aliases: key === 0 ? [] : [keyAddress("sem", key)],
    kind: "sem",
    title: "System V semaphore set",
    namespace: view.namespaces.ipc,
    uid,
    gid,
    mode,
    used: { semaphores: count },
    limit: {},
    changedAt: status.changedAt.toISOString(),
    flags: flagsOf(finding),
    details: {
      id,
      key,
      sequence: status.sequence,
      creatorUid: status.creatorUid,
      creatorGid: status.creatorGid,
      operatedAt: status.operatedAt?.toISOString() ?? null,
      values: values?.slice(0, SEMAPHORES_MAX) ?? null,
      waiters: isWhole(status, looked) ? waitersCounted(facts) : null,
      waitersSeen: facts.waits.length,
    },
    ...partsOf(status, looked),
    unknown: unknownOf(facts, looked),
    source: [
      "semctl(SEM_STAT_ANY, GETALL, GETPID, GETNCNT, GETZCNT)",
      "/proc/PID/task/TID/syscall",
    ],
  };
}

/** Each semaphore was asked. */
function isWhole({ count }: SysvSemaphoreSetStatus, { semaphores }: Looked): boolean {
  return semaphores.length === count;
}

function partsOf(
  { id, count }: SysvSemaphoreSetStatus,
  { semaphores }: Looked,
): Pick<ObjectRecord, "partCount" | "parts"> {
  const parts = semaphores.map((semaphore, index) => partOf(id, index, semaphore));
  return { partCount: count, parts };
}

function partOf(id: number, index: number, semaphore: SemaphoreState): PartRecord {
  const { value, lastPid, increase, zero } = semaphore;
  return {
    address: `sem:${id}/${index}`,
    used: { value },
    details: {
      lastOperatorPid: lastPid === 0 ? null : lastPid,
      waitForIncrease: increase,
      waitForZero: zero,
    },
    ...(lastPid === 0 ? { unknown: neverOrElsewhere } : {}),
  };
}

/** The kernel gives 0 in both cases (GETPID of semctl(2)). */
const neverOrElsewhere: Unknown = {
  lastOperatorPid: "nobody operated on it, or a process of another PID namespace did",
};

function unknownOf(facts: SetFacts, { semaphores, refused }: Looked): Unknown {
  const { count, operatedAt } = facts.status;
  const unseen = unseenWaiters(facts);
  const first = `only the first ${semaphores.length} of ${count} were looked at`;
  return {
    ...(refused === undefined ? {} : { values: refused, waiters: refused, parts: refused }),
    ...(refused === undefined && semaphores.length < count ? { parts: first, waiters: first } : {}),
    ...(unseen > 0 ? { waiters: `${unseen} of ${waitersCounted(facts)} are not visible` } : {}),
    ...(operatedAt === undefined ? { operatedAt: "nothing was ever operated on" } : {}),
  };
}

function flagsOf(finding: Finding | undefined): string[] {
  if (finding?.rule === "semaphore-taker-gone") return ["last-gone"];
  return finding?.rule === "semaphore-deadlock" ? ["circle"] : [];
}

/** One gap a reason, however many sets it concerns; and one for waiters that are only counted. */
function gapsOf(reasons: readonly string[], unseen: number): Gap[] {
  const refusals = [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    const sets = count === 1 ? "1 semaphore set" : `${count} semaphore sets`;
    const out = reason === "EACCES" ? "; run as the owner or as root" : "";
    const text = `the values of ${sets} are not readable (${reason})${out}`;
    return { what: "values", reason, count, text };
  });
  if (unseen === 0) return refusals;
  const waiters = unseen === 1 ? "1 waiter" : `${unseen} waiters`;
  const text = `${waiters} on semaphores are counted by the kernel and not seen in any process`;
  return [...refusals, { what: "waiters", reason: "not-seen", count: unseen, text }];
}
