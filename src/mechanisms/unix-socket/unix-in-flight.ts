/**
 * Descriptors in flight: those in messages (SCM_RIGHTS) that were sent and not received yet. The
 * kernel counts them in the fdinfo of the socket at which they wait, which is read only where there
 * is something in the queue.
 */
import { readFileSync } from "node:fs";
import type { View } from "../../io/room.ts";
import type { Held } from "../../io/seeing/descriptors.ts";
import { socketHolders } from "../../io/seeing/sockets.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import { scmFdsOf } from "../../wire/proc/scm-fds.ts";
import type { UnixSockets } from "./unix-sockets.ts";

/** Of all sockets together; what is beyond says nothing of descriptors in flight. */
const LOOKS_MAX = 512;

/** How many are in flight to each socket where that could be asked, by its inode. */
export function descriptorsInFlight(
  view: View,
  { byInode }: Pick<UnixSockets, "byInode">,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  let looks = 0;
  for (const [inode, { socket }] of byInode) {
    if ((socket.queues?.receive ?? 0) === 0) continue;
    const holder = socketHolders(view, inode)[0];
    if (holder === undefined) continue;
    if (++looks > LOOKS_MAX) break;
    const count = countAt(holder, inode);
    if (count !== undefined) counts.set(inode, count);
  }
  return counts;
}

/** The descriptor may be another thing by now: the inode tells, where the kernel says it. */
function countAt({ process, descriptor }: Held, inode: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${process.pid}/fdinfo/${descriptor.fd}`, "latin1");
    return (fdinfoOf(text).inode ?? inode) === inode ? scmFdsOf(text) : undefined;
  } catch {
    return undefined;
  }
}
