/** The room of semaphores, as the command, the map, the doctor and the tests see it. */
import { probeOn } from "../../io/probe.ts";
import type { Limit, Probe, Room } from "../../io/room.ts";
import { everywhere } from "../../io/seeing/everywhere.ts";
import { together } from "../../io/seeing/together.ts";
import { posixSemaphoreKind } from "./posix-kind.ts";
import { seePosixSemaphores } from "./posix-see.ts";
import { sysvSemaphoreKind } from "./sysv-kind.ts";
import { type SysvSemaphoreLimits, sysvSemaphoreLimits } from "./sysv-limits.ts";
import { seeSysvSemaphoreSets } from "./sysv-see.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

/** System V sets, of every IPC namespace that lets us in. */
const seeSets = everywhere(seeSysvSemaphoreSets);

/** The room. */
export const semaphoreRoom: Room = {
  name: "semaphore",
  kinds: [sysvSemaphoreKind, posixSemaphoreKind],
  probe,
  limits,
  see: (view) => together([seeSets(view), seePosixSemaphores(view)]),
};

/** Tries each thing on a set of its own, which is gone afterwards. */
function probe(): readonly Probe[] {
  const make = "make a System V semaphore set (semget)";
  return probeOn(
    make,
    () => SysvSemaphoreSet.open(0, { count: 1 }),
    (set) => [
      ["operate (semtimedop)", () => set.post(0)],
      ["operations undone at the end (SEM_UNDO)", () => set.tryAcquire(0, { undo: true })],
    ],
  );
}

function limits(): readonly Limit[] {
  const now = sysvSemaphoreLimits();
  return [
    {
      what: "System V semaphore sets in this IPC namespace",
      name: "kernel.sem (SEMMNI)",
      unit: "sets",
      limit: now.setsMax,
      used: now.sets,
      raise: raised(now, "setsMax"),
    },
    {
      what: "semaphores in all System V sets of this IPC namespace",
      name: "kernel.sem (SEMMNS)",
      unit: "semaphores",
      limit: now.semaphoresMax,
      used: now.semaphores,
      raise: raised(now, "semaphoresMax"),
    },
    {
      what: "semaphores in one System V set",
      name: "kernel.sem (SEMMSL)",
      unit: "semaphores",
      limit: now.semaphoresPerSetMax,
      used: null,
      raise: raised(now, "semaphoresPerSetMax"),
    },
    {
      what: "operations in one semop(2)",
      name: "kernel.sem (SEMOPM)",
      unit: "operations",
      limit: now.operationsMax,
      used: null,
      raise: raised(now, "operationsMax"),
    },
  ];
}

/** In the order of kernel.sem. */
const numbers = ["semaphoresPerSetMax", "semaphoresMax", "operationsMax", "setsMax"] as const;

/** The sysctl has four numbers: the other three stay as they are. */
function raised(now: SysvSemaphoreLimits, which: (typeof numbers)[number]): string {
  const values = numbers.map((name) => (name === which ? "NUMBER" : now[name]));
  return `sysctl -w kernel.sem="${values.join(" ")}"`;
}
