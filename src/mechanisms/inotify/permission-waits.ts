/**
 * Who is stopped by fanotify(7): threads in a call on a file of which the kernel says that they sleep
 * until a group has answered. Which group that is, the kernel does not tell: where several ask for
 * permission, it may be each of them.
 */
import type { View } from "../../io/room.ts";
import type { Finding, Wait } from "../../io/schema.ts";
import { type BlockedThread, blockedThreads, sinceUnknown } from "../../io/seeing/blocked.ts";
import type { OpenDescription } from "../../io/seeing/open-descriptions.ts";
import { named, theFirst } from "../../io/sentences.ts";
import { wchan } from "../../sys/wchan.ts";
import { asksPermission, decodeFanotify } from "../../wire/proc/fdinfo/fanotify.ts";

/** The calls that may be stopped, and the verb of each. */
const calls: ReadonlyMap<string, string> = new Map([
  ["open", "open"],
  ["openat", "open"],
  ["openat2", "open"],
  ["execve", "run"],
  ["execveat", "run"],
  ["read", "read"],
  ["readv", "read"],
  ["pread64", "read"],
  ["preadv", "read"],
  ["preadv2", "read"],
]);

/** fs/notify/fanotify: fanotify_handle_event, fanotify_get_response. */
const stopped = /^fanotify_/;

/** The waits for an answer of one of these groups. Without a group that asks, nobody is looked at. */
export function permissionWaits(view: View, all: readonly OpenDescription[]): readonly Wait[] {
  const asking = all.filter(({ info }) => decodeFanotify(info)?.marks.some(asksPermission));
  if (asking.length === 0) return [];
  return [...calls].flatMap(([name, operation]) =>
    blockedThreads(view, name)
      .filter(({ process, tid }) => stopped.test(wchan(process.pid, tid) ?? ""))
      .flatMap((thread) => asking.map((group) => waitOf(thread, operation, group, asking.length))),
  );
}

function waitOf(
  { process, tid, call }: BlockedThread,
  operation: string,
  group: OpenDescription,
  groups: number,
): Wait {
  const which = `which of ${groups} groups has not answered is not told`;
  return {
    pid: process.pid,
    tid,
    object: group.address,
    operation,
    syscall: call.name,
    need: {},
    text: "the permission that a fanotify group gives",
    owners: groups === 1 ? ownersOf(group) : [],
    unknown: { ...sinceUnknown, ...(groups > 1 ? { group: which } : {}) },
  };
}

/** Whoever has the group open may answer. */
function ownersOf({ held }: OpenDescription): Wait["owners"] & {} {
  const pids = [...new Set(held.map(({ process }) => process.pid))];
  return pids.map((pid) => ({ pid, tid: null, via: "fanotify" }));
}

/** One finding a group that has somebody stopped. */
export function permissionFindings(
  view: View,
  all: readonly OpenDescription[],
  waits: readonly Wait[],
): readonly Finding[] {
  const { processes } = view.processes;
  return all.flatMap(({ address, held }) => {
    const pids = [...new Set(waits.filter((wait) => wait.object === address).map(pidOf))];
    const holders = [...new Set(held.map(({ process }) => process.pid))];
    if (pids.length === 0) return [];
    const who = pids.map((pid) => `${named(processes, pid)} is stopped until it answers.`);
    const answers = holders.map((pid) => named(processes, pid)).slice(0, HOLDERS_NAMED);
    return [
      {
        rule: "fanotify-unanswered",
        severity: "warning" as const,
        objects: [address],
        processes: [...pids, ...holders],
        text: [
          `${address} has been asked for permission.`,
          ...theFirst(who),
          `=> it goes on when ${answers.join(" or ")} answers, or ends.`,
        ],
      },
    ];
  });
}

const HOLDERS_NAMED = 4;

function pidOf({ pid }: Wait): number {
  return pid;
}
