/** Who has a piece of memory, and whether there may be others who were not seen. */
import type { View } from "../room.ts";
import type { Hold } from "../schema.ts";
import { holdOf } from "./descriptors.ts";
import type { Mapped, MemoryObject } from "./memory-objects.ts";
import { oncePerView } from "./once.ts";

/** One hold a mapping and one a descriptor. */
export function memoryHolds({ address, mappings, descriptors }: MemoryObject): readonly Hold[] {
  return [
    ...mappings.map((mapped) => mappingHold(mapped, address)),
    ...descriptors.map((held) => holdOf(held, address)),
  ];
}

function mappingHold({ process, mapping }: Mapped, object: string): Hold {
  const { start, read, write } = mapping;
  const mode = write ? "read-write" : read ? "read" : null;
  return {
    pid: process.pid,
    object,
    how: "mapping",
    fd: null,
    at: `0x${start.toString(16)}`,
    mode,
  };
}

/** Who may have memory without being seen. */
export interface Unseen {
  /** Processes whose mappings or descriptors could not be read, or only in part. */
  readonly processes: number;
  /** True where there may be processes that /proc does not show at all. */
  readonly hidden: boolean;
  /** True where processes outside of our PID namespace may use what we see. */
  readonly outside: boolean;
}

/** PROC_PID_INIT_INO: the PID namespace of the machine (include/uapi/linux/nsfs.h). */
const FIRST_PID_NAMESPACE = 0xeffffffc;

/** No process has this number, so that only who was not shown everybody is in doubt about it. */
const NOBODY = 2 ** 22 + 1;

/** Of all the processes of a look. */
export const unseenHolders: (view: View) => Unseen = oncePerView((view) => {
  const all = [...view.processes.processes.values()];
  return {
    processes: all.filter((process) => {
      if (process.mappings === undefined || process.descriptors === undefined) return true;
      return process.failures.some(({ what }) => failures.has(what));
    }).length,
    hidden: !view.isGone(NOBODY),
    outside: view.namespaces.pid !== FIRST_PID_NAMESPACE,
  };
});

const failures: ReadonlySet<string> = new Set(["process", "maps", "fd", "fdinfo"]);

/** In words, for `unknown`; undefined where everybody was seen. */
export function unseenWords({ processes, hidden }: Unseen): string | undefined {
  if (hidden) return "there may be processes that /proc does not show";
  if (processes === 0) return undefined;
  const which = processes === 1 ? "1 process" : `${processes} processes`;
  return `the mappings or descriptors of ${which} could not be read`;
}

/** What both rooms say of the holders of one object. */
export function holderCounts(
  { mappings, descriptors }: MemoryObject,
  holds: readonly Hold[],
): Readonly<Record<string, number>> {
  const writing = holds.filter(({ mode }) => mode === "write" || mode === "read-write");
  return {
    mappings: mappings.length,
    descriptors: descriptors.length,
    processes: new Set(holds.map(({ pid }) => pid)).size,
    processesThatWrite: new Set(writing.map(({ pid }) => pid)).size,
  };
}

/** Whom a mode lets open it for writing. */
export function writersOf(mode: number): string[] {
  const classes = [
    ["owner", 0o200],
    ["group", 0o020],
    ["others", 0o002],
  ] as const;
  return classes.filter(([, bit]) => (mode & bit) !== 0).map(([name]) => name);
}
