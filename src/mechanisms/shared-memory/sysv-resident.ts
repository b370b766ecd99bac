/** How much of each segment is in memory and in swap space, which only /proc/sysvipc/shm tells. */
import { readHere } from "../../io/seeing/abroad.ts";
import { SystemError } from "../../sys/errors.ts";
import { decodeSysvipc, type SysvShmRow } from "../../wire/proc/sysvipc.ts";
import { WireError } from "../../wire/wire-error.ts";

/** By the segment's id; or the word for why it is not known. */
export type Residence = ReadonlyMap<number, Pick<SysvShmRow, "rss" | "swap">> | string;

/** Of the IPC namespace where the calls look. Where /proc is not mounted, or not readable, the errno's name. */
export function residence(): Residence {
  try {
    const rows = decodeSysvipc("shm", readHere("/proc/sysvipc/shm"));
    return new Map(rows.map((row) => [row.shmid, row]));
  } catch (refused) {
    if (refused instanceof WireError) return "EBADMSG";
    if (refused instanceof SystemError) return refused.code;
    return (refused as NodeJS.ErrnoException).code ?? "EIO";
  }
}
