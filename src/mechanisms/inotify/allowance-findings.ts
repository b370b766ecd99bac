/** Which users have nearly used up what they may have of inotify and fanotify. */
import type { View } from "../../io/room.ts";
import type { Finding } from "../../io/schema.ts";
import { openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { named } from "../../io/sentences.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import type { Use } from "./inotify-use.ts";
import { useByUser } from "./inotify-use.ts";

/** One thing that each user may have so many of. */
interface Allowance {
  readonly of: keyof Use;
  readonly sysctl: string;
  readonly what: string;
  readonly kind: "inotify" | "fanotify";
  /** What fails then, and how. */
  readonly consequence: string;
}

const allowances: readonly Allowance[] = [
  {
    of: "instances",
    sysctl: "fs/inotify/max_user_instances",
    what: "inotify instances",
    kind: "inotify",
    consequence: "inotify_init(2) fails with EMFILE",
  },
  {
    of: "watches",
    sysctl: "fs/inotify/max_user_watches",
    what: "inotify watches",
    kind: "inotify",
    consequence: "inotify_add_watch(2) fails with ENOSPC",
  },
  {
    of: "groups",
    sysctl: "fs/fanotify/max_user_groups",
    what: "fanotify groups",
    kind: "fanotify",
    consequence: "fanotify_init(2) fails with EMFILE",
  },
];

/** So much of an allowance is worth a word. */
const NEARLY = 0.8;

/** Who holds most of it is named, and these many more. */
const NAMED_MAX = 3;

/** One finding a user and allowance. */
export function allowanceFindings(view: View): readonly Finding[] {
  const users = useByUser(view);
  return allowances.flatMap((allowance) => {
    const limit = readSysctlNumber(allowance.sysctl);
    if (limit === undefined || !(limit > 0)) return [];
    return [...users]
      .filter(([, use]) => use[allowance.of] >= NEARLY * limit)
      .map(([uid, use]) => nearly(view, allowance, { uid, used: use[allowance.of], limit }));
  });
}

function nearly(
  view: View,
  { of, sysctl, what, kind, consequence }: Allowance,
  { uid, used, limit }: { readonly uid: number; readonly used: number; readonly limit: number },
): Finding {
  const most = holdersOf(view, kind, uid);
  const { processes } = view.processes;
  const who = most.map(([pid, count]) => `${named(processes, pid)} has ${count}`).join(", ");
  const full = used >= limit;
  return {
    rule: `${kind}-${of}-${full ? "used-up" : "nearly-used-up"}`,
    severity: "warning",
    objects: [],
    processes: most.map(([pid]) => pid),
    text: [
      `The user ${uid} has ${used} of ${limit} ${what} (${sysctl.replaceAll("/", ".")}).`,
      `Most instances: ${who}.`,
      `=> ${full ? "now" : "soon"} ${consequence}; to raise it: sysctl -w ${sysctl.replaceAll("/", ".")}=NUMBER`,
    ],
  };
}

/** How many each process has, the most first. */
function holdersOf(view: View, kind: Allowance["kind"], uid: number): readonly [number, number][] {
  const counts = new Map<number, number>();
  for (const { held } of openDescriptions(view, kind)) {
    const process = held[0]?.process;
    if (process?.uid === uid) counts.set(process.pid, (counts.get(process.pid) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, NAMED_MAX);
}
