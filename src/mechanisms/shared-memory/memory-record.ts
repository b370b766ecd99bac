/** What is told of one piece of memory. */
import type { Hold, ObjectRecord, Unknown } from "../../io/schema.ts";
import { deviceKey } from "../../io/seeing/kernel-memory.ts";
import { holderCounts, type Unseen, unseenWords, writersOf } from "../../io/seeing/memory-holds.ts";
import { DELETED, type MemoryObject } from "../../io/seeing/memory-objects.ts";
import type { Asked } from "./memfd-seals.ts";

/** What each kind is called. */
export const titles = {
  pshm: "POSIX shared memory",
  memfd: "memory without a name",
  map: "shared mapping",
} as const;

/** What is known of one beside what it is. */
export interface MemoryFacts {
  readonly holds: readonly Hold[];
  readonly unseen: Unseen;
  /** Of a memfd: what a duplicate said, or why there was none; undefined where it was not asked. */
  readonly asked: Asked | string | undefined;
}

/** The object of a kind "pshm", "memfd" or "map". */
export function memoryRecord(memory: MemoryObject, facts: MemoryFacts): ObjectRecord {
  const { address, kind, name } = memory;
  const { uid = null, gid = null, mode, changedAtMs } = memory.file ?? memory.open ?? {};
  return {
    address,
    aliases: [],
    kind,
    title: kind === "pshm" || kind === "memfd" ? titles[kind] : titles.map,
    namespace: name?.namespace ?? null,
    uid,
    gid,
    mode: mode === undefined ? null : mode & 0o777,
    used: usedOf(memory, facts),
    limit: {},
    changedAt: changedAtMs === undefined ? null : new Date(changedAtMs).toISOString(),
    flags: flagsOf(memory, facts),
    details: detailsOf(memory, facts),
    unknown: unknownOf(memory, facts),
    source: sourceOf(memory),
  };
}

function flagsOf(memory: MemoryObject, { asked }: MemoryFacts): string[] {
  const isSealed = typeof asked === "object" && asked.seals.includes("write");
  return [...(isDeleted(memory) ? ["deleted"] : []), ...(isSealed ? ["sealed"] : [])];
}

/** True for what had a name, as far as that is known, and lost it. */
function isDeleted({ kind, path, file }: MemoryObject): boolean {
  return kind === "map" && file === undefined && path.endsWith(DELETED) && !isAnonymous(path);
}

function isAnonymous(path: string): boolean {
  return path === `/dev/zero${DELETED}` || path === `/anon_hugepage${DELETED}`;
}

function usedOf(
  { file, open, mappings }: MemoryObject,
  { asked }: MemoryFacts,
): ObjectRecord["used"] {
  if (file !== undefined) return { bytes: file.sizeBytes, allocatedBytes: file.allocatedBytes };
  if (open !== undefined) {
    const allocated = typeof asked === "object" ? { allocatedBytes: asked.allocatedBytes } : {};
    return { bytes: open.sizeBytes, ...allocated };
  }
  const ends = mappings.map(({ mapping: { offset, start, end } }) => Number(offset + end - start));
  return { mappedBytes: ends.reduce((most, end) => Math.max(most, end), 0) };
}

function detailsOf(memory: MemoryObject, { holds, asked }: MemoryFacts): ObjectRecord["details"] {
  const { kind, major, minor, inode, path, file, open } = memory;
  const status = file ?? open;
  return {
    device: deviceKey(major, minor),
    inode,
    ...pathDetails(kind, path),
    links: status?.links ?? null,
    ...holderCounts(memory, holds),
    ...(file === undefined ? {} : { mayWrite: writersOf(file.mode) }),
    ...(kind === "memfd" ? { seals: typeof asked === "object" ? asked.seals : null } : {}),
  };
}

function pathDetails(kind: MemoryObject["kind"], path: string): ObjectRecord["details"] {
  if (kind === "memfd") return { name: path.slice("/memfd:".length, -DELETED.length) };
  if (path === "") return {};
  return isAnonymous(path) ? { anonymous: true } : { path: path.replace(/ \(deleted\)$/, "") };
}

function unknownOf({ kind, file, open }: MemoryObject, { unseen, asked }: MemoryFacts): Unknown {
  const holders = unseenWords(unseen);
  const nameless = "it has no name that leads to it";
  return {
    ...(holders === undefined ? {} : { holders }),
    ...(kind === "memfd" && typeof asked !== "object" ? { seals: asked ?? "too many to ask" } : {}),
    ...(file === undefined && open === undefined
      ? { bytes: nameless, uid: nameless, gid: nameless, mode: nameless, links: nameless }
      : {}),
  };
}

function sourceOf({ kind, file, open }: MemoryObject): string[] {
  const stat = file === undefined ? (open === undefined ? [] : ["statx(2)"]) : ["lstat(2)"];
  const folder = kind === "pshm" ? ["/dev/shm"] : [];
  return [...folder, ...stat, "/proc/PID/maps", "/proc/PID/fd", "/proc/PID/fdinfo"];
}
