/** Who waits for ever for the events of an epoll instance that watches nothing. */
import { groupBy } from "../../io/group-by.ts";
import type { View } from "../../io/room.ts";
import type { Finding, Wait } from "../../io/schema.ts";
import { blockedThreads, isStillThere } from "../../io/seeing/blocked.ts";
import { named, theFirst } from "../../io/sentences.ts";
import type { Epoll } from "./epoll-see.ts";

const calls = ["epoll_wait", "epoll_pwait", "epoll_pwait2"];

/** One an instance; others who hold it could still add something, and so could other threads. */
export function emptyEpollFindings(
  view: View,
  all: readonly Epoll[],
  waits: readonly Wait[],
): Finding[] {
  const unlimited = waits.filter((wait) => wait.isTimed !== true && calls.includes(wait.syscall));
  const forEver = groupBy(unlimited, (wait) => wait.object);
  return all.flatMap((epoll) => {
    const { description, targets } = epoll;
    if (targets.length > 0 || description.info === "") return [];
    const blocked = (forEver.get(description.address) ?? []).filter((wait) => isThere(view, wait));
    return blocked.length === 0 ? [] : [watchesNothing(view, epoll, blocked)];
  });
}

/** The walk read what it watches after it had seen who is blocked. */
function isThere(view: View, { tid, syscall }: Wait): boolean {
  const thread = blockedThreads(view, syscall).find((one) => one.tid === tid);
  return thread !== undefined && isStillThere(view, thread);
}

function watchesNothing(view: View, { description }: Epoll, blocked: readonly Wait[]): Finding {
  const { processes } = view.processes;
  const { address, held } = description;
  const pids = [...new Set(blocked.map(({ pid }) => pid))];
  const who = pids.map((pid) => `${named(processes, pid)} waits for its events without a limit.`);
  const threads = pids.reduce((sum, pid) => sum + (processes.get(pid)?.threads.length ?? 0), 0);
  const others =
    threads > blocked.length || held.some(({ process }) => !pids.includes(process.pid));
  const end = others
    ? "=> it waits until somebody else who has it open adds a descriptor, or for a signal."
    : "=> only a signal ends that wait.";
  return {
    rule: "epoll-watches-nothing",
    severity: others ? "info" : "warning",
    objects: [address],
    processes: pids,
    text: [`${address} watches nothing.`, ...theFirst(who), end],
  };
}
