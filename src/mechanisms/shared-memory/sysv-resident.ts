/** How much of each segment is in memory and in swap space, which only /proc/sysvipc/shm tells. */
import { readFileSync } from "node:fs";
import { decodeSysvipc, type SysvShmRow } from "../../wire/proc/sysvipc.ts";
import { WireError } from "../../wire/wire-error.ts";

/** By the segment's id; or the word for why it is not known. */
export type Residence = ReadonlyMap<number, Pick<SysvShmRow, "rss" | "swap">> | string;

/** Of this IPC namespace. Where /proc is not mounted, or not readable, the errno's name. */
export function residence(): Residence {
  try {
    const rows = decodeSysvipc("shm", readFileSync("/proc/sysvipc/shm"));
    return new Map(rows.map((row) => [row.shmid, row]));
  } catch (refused) {
    if (refused instanceof WireError) return "EBADMSG";
    return (refused as NodeJS.ErrnoException).code ?? "EIO";
  }
}
