/** Who has which segment attached, from the shared mappings of every process. */
import type { View } from "../../io/room.ts";
import type { Hold } from "../../io/schema.ts";
import { isKernelMemory } from "../../io/seeing/kernel-memory.ts";
import { processesHere } from "../../io/sysv/here.ts";
import type { Mapping } from "../../wire/proc/maps.ts";
import type { SysvSharedMemoryStatus } from "./sysv-status.ts";

/**
 * A segment's file is called after the key that the segment was made with, and its inode number is
 * the segment's id (ipc/shm.c, newseg). It lies on a file system of the kernel's own: a file of anybody's
 * may have the name and the number too.
 */
const segmentPath = /^\/SYSV([\da-f]{8}) \(deleted\)$/;

/** A mapping of a segment. */
export interface Attachment {
  /** The key that the segment was made with. */
  readonly key: number;
  readonly hold: Hold;
}

/** The attachments of the processes that share our IPC namespace, by the segment's id. */
export function attachmentsById(view: View): ReadonlyMap<number, readonly Attachment[]> {
  const attachments = new Map<number, Attachment[]>();
  for (const { pid, mappings } of processesHere(view)) {
    for (const mapping of mappings ?? []) {
      const key = keyOf(mapping);
      if (key === undefined) continue;
      const id = Number(mapping.inode);
      const attachment = { key, hold: holdOf(pid, id, mapping) };
      const others = attachments.get(id);
      if (others === undefined) attachments.set(id, [attachment]);
      else others.push(attachment);
    }
  }
  return attachments;
}

/**
 * The holds of one segment. Another key is another segment's of the same id, which a process attached
 * before it entered this namespace (setns(2)). What is removed has lost its key.
 */
export function holdsOf(
  { id, key, removed }: Pick<SysvSharedMemoryStatus, "id" | "key" | "removed">,
  attachments: ReadonlyMap<number, readonly Attachment[]>,
): readonly Hold[] {
  const all = attachments.get(id) ?? [];
  return all.filter((one) => removed || one.key === key).map(({ hold }) => hold);
}

function keyOf({ shared, major, minor, inode, path }: Mapping): number | undefined {
  if (!shared || typeof inode !== "number") return undefined;
  const key = segmentPath.exec(path)?.[1];
  if (key === undefined || !isKernelMemory(major, minor)) return undefined;
  return Number.parseInt(key, 16);
}

function holdOf(pid: number, id: number, { start, read, write }: Mapping): Hold {
  const mode = write ? "read-write" : "read";
  const at = `0x${start.toString(16)}`;
  return {
    pid,
    object: `shm:${id}`,
    how: "attachment",
    fd: null,
    at,
    mode: read || write ? mode : null,
  };
}
