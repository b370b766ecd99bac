/** The room of processes: descriptors of them (pidfd), and who waits for a child or for a signal. */
import { readFileSync } from "node:fs";
import type { Probe, Room } from "../../io/room.ts";
import { describedKind } from "../../io/seeing/described-kind.ts";
import { sharingGaps } from "../../io/seeing/open-descriptions.ts";
import { together } from "../../io/seeing/together.ts";
import { childWaits } from "./child-waits.ts";
import { seePidfds } from "./pidfd-see.ts";
import { processLimits } from "./process-limits.ts";
import { signalWaits } from "./signal-waits.ts";

export const processRoom: Room = {
  name: "process",
  kinds: [describedKind({ name: "pidfd", title: "process descriptor", number: "INODE" })],
  probe,
  limits: processLimits,
  see: (view) =>
    together([
      seePidfds(view),
      { waits: childWaits(view) },
      { waits: signalWaits(view) },
      { gaps: sharingGaps(view, ["pidfd"]) },
    ]),
};

/** What a thread waits for is read from its system call. */
function probe(): readonly Probe[] {
  const feature = "tell what a thread is blocked in (/proc/PID/syscall)";
  try {
    readFileSync("/proc/self/syscall");
    return [{ feature, available: true, reason: "" }];
  } catch (error) {
    const reason = `${(error as NodeJS.ErrnoException).code}; nobody is seen to wait`;
    return [{ feature, available: false, reason }];
  }
}
