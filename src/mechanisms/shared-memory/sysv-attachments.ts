/** Who has which segment attached, from the shared mappings of every process. */
import type { View } from "../../io/room.ts";
import type { Hold } from "../../io/schema.ts";
import { processesHere } from "../../io/sysv/here.ts";
import type { Mapping } from "../../wire/proc/maps.ts";

/**
 * A segment's file is called after the key that the segment was made with, and its inode number is
 * the segment's id (ipc/shm.c, newseg). It lies on a file system of the kernel's own.
 */
const segmentPath = /^\/SYSV[\da-f]{8} \(deleted\)$/;

/** The holds of the processes that share our IPC namespace, by the segment's id. */
export function attachmentsById(view: View): ReadonlyMap<number, readonly Hold[]> {
  const holds = new Map<number, Hold[]>();
  for (const { pid, mappings } of processesHere(view)) {
    for (const mapping of mappings ?? []) {
      const id = segmentOf(mapping);
      if (id === undefined) continue;
      const hold = holdOf(pid, id, mapping);
      const others = holds.get(id);
      if (others === undefined) holds.set(id, [hold]);
      else others.push(hold);
    }
  }
  return holds;
}

function segmentOf({ shared, major, inode, path }: Mapping): number | undefined {
  if (!shared || major !== 0 || typeof inode !== "number") return undefined;
  return segmentPath.test(path) ? inode : undefined;
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
