/** Sets of semaphores, as ipcs shows them. */
import { SysvSemaphoreSet, sysvSemaphoreLimits } from "../../../index.ts";
import { row } from "../columns.ts";
import { ended, fatalErrno, type Streams } from "../program.ts";
import { refusalOf, unlessRefused } from "../refusal.ts";
import type { Unit } from "../sizes.ts";
import { ctime, fullTime } from "../times.ts";
import {
  creators,
  headOf,
  type Kind,
  keyOf,
  type Listing,
  listed,
  octalOf,
  ownerOf,
  permissionsOf,
  type Section,
  wanted,
} from "./kind.ts";
import { semaphoreLimits } from "./limits.ts";
import { type SemaphoreSet, semaphoreSets } from "./records.ts";

/** Semaphores. */
export const semaphores: Kind = { section, details };

function section(asked: Section, unit: Unit): string {
  if (asked === "limits") return unlessRefused(limits, noLimits);
  if (asked === "summary") return unlessRefused(summary, noSummary);
  return listed(listings[asked], semaphoreSets(), unit);
}

const noLimits = "unable to fetch semaphore limits\n";
const noSummary = "kernel not configured for semaphores\n";

const five = [10, 10, 10, 10, 10];
const times = [8, 10, 26, 26];

const listings: Readonly<Record<Exclude<Section, "limits" | "summary">, Listing<SemaphoreSet>>> = {
  objects: {
    head: headOf("Semaphore Arrays", five, "key semid owner perms nsems"),
    rowOf: (set) =>
      row(five, [keyOf(set), set.id, ownerOf(set), permissionsOf(set), String(set.count)]),
  },
  creators: creators("Semaphore Arrays Creators/Owners", "semid"),
  times: {
    head: headOf("Semaphore Operation/Change Times", times, "semid owner last-op last-changed"),
    rowOf: timesOf,
  },
  /** The kernel knows the last pid of each semaphore; the original shows nothing, without a title. */
  pids: { head: "", rowOf: () => "" },
};

/** In the original too the times stand beside their columns. */
function timesOf(set: SemaphoreSet): string {
  const owner = `${ownerOf(set).padEnd(10)} `;
  return row(times, [set.id, owner, fullTime(set.operated), fullTime(set.changed)]);
}

const SEMVMX = 32767;

function limits(): string {
  const { sets, perSet, semaphores, operations } = semaphoreLimits();
  return [
    headOf("Semaphore Limits"),
    `max number of arrays = ${sets}\n`,
    `max semaphores per array = ${perSet}\n`,
    `max semaphores system wide = ${semaphores}\n`,
    `max ops per semop call = ${operations}\n`,
    `semaphore max value = ${SEMVMX}\n`,
  ].join("");
}

function summary(): string {
  const { sets, semaphores } = sysvSemaphoreLimits();
  const head = headOf("Semaphore Status");
  return `${head}used arrays = ${sets}\nallocated semaphores = ${semaphores}\n`;
}

function details(id: number, _unit: Unit, streams: Streams): void {
  const set = wanted(semaphoreSets(), id, streams);
  if (set === undefined) return;
  const { uid, gid, creatorUid, creatorGid, mode } = set;
  const elements = elementsOf(id);
  streams.print(`
Semaphore Array semid=${id}
uid=${uid}\t gid=${gid}\t cuid=${creatorUid}\t cgid=${creatorGid}
mode=${octalOf(mode)}, access_perms=${octalOf(mode & 0o777)}
nsems = ${set.count}
otime = ${fullTime(set.operated).padEnd(26)}
ctime = ${ctime(set.changed).padEnd(26)}
${row(five, ["semnum", "value", "ncount", "zcount", "pid"])}${elements}
`);
}

/**
 * A row for each semaphore. Who may not read the set gets no further. The original looks at no
 * semaphore for a negative id, finds a set all the same, and dies of it.
 */
function elementsOf(id: number): string {
  if (id < 0) throw ended("SIGSEGV");
  let elements = "";
  const errno = refusalOf(() => {
    using set = SysvSemaphoreSet.byId(id);
    elements = Array.from({ length: set.count }, (_, index) => elementOf(set, index)).join("");
  });
  if (errno !== "") throw fatalErrno("semctl(GETVAL) failed", errno);
  return elements;
}

function elementOf(set: SysvSemaphoreSet, index: number): string {
  const value = set.value(index);
  const { increase, zero } = set.waiters(index);
  return row(five, [index, value, increase, zero, set.lastPid(index)]);
}
