/** What one walk could not see: one gap a class and reason, never one a process. */
import type { Gap } from "../io/schema.ts";
import { isSuperuser } from "../sys/host.ts";
import type { Process } from "../wire/proc/process-table.ts";
import type { Walk } from "../wire/proc/walk.ts";
import { errnoName } from "./process-record.ts";

/** What the gaps are told from. */
export interface Sightline {
  readonly walk: Walk;
  /** True when /proc is mounted so that it hides other users' processes. */
  readonly hidden: boolean;
  /** True when /proc is not that of this process's PID namespace: its numbers mean others. */
  readonly strange: boolean;
}

interface Class {
  /** The word for it in Gap.what. */
  readonly what: string;
  /** The file under /proc/PID that was refused. */
  readonly file: string;
  /** Opens the sentence: "The descriptors". */
  readonly title: string;
}

const classes: readonly Class[] = [
  { what: "processes", file: "process", title: "All but the number" },
  { what: "descriptors", file: "fd", title: "The descriptors" },
  { what: "mappings", file: "maps", title: "The shared mappings" },
  { what: "waits", file: "syscall", title: "The blocked system calls" },
  { what: "namespaces", file: "ns", title: "The namespaces" },
];

/** The gaps of the walk; the rooms add their own. */
export function walkGaps(sightline: Sightline): Gap[] {
  const processes = [...sightline.walk.processes.values()];
  return [...classes.flatMap((one) => refusals(one, processes)), ...unseen(sightline)];
}

function refusals(one: Class, processes: readonly Process[]): Gap[] {
  const counts = new Map<string, number>();
  for (const process of processes) {
    const failure = process.failures.find(({ what }) => what === one.file);
    if (failure === undefined) continue;
    const reason = errnoName(failure.errno);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({
    what: one.what,
    reason,
    count,
    text: `${one.title} of ${processesWord(count)} ${refusalWords(reason)}.`,
  }));
}

/** What is cut off is so for root too. */
function refusalWords(reason: string): string {
  if (reason === "ETIMEDOUT") return "could not be read in time: the kernel did not answer";
  if (reason === "E2BIG") return "are more than the walk keeps; some are missing";
  return `could not be read (${reason})${isSuperuser() ? ", not even by root" : "; run as root"}`;
}

function unseen({ walk, hidden, strange }: Sightline): Gap[] {
  const gaps: Gap[] = [];
  if (strange) {
    const text =
      "/proc is not that of this PID namespace: no process is shown; mount -t proc proc /proc.";
    gaps.push({ what: "processes", reason: "other-namespace", count: null, text });
  }
  if (hidden && !isSuperuser()) {
    const text = "/proc is mounted with hidepid: processes of other users are hidden; run as root.";
    gaps.push({ what: "processes", reason: "hidepid", count: null, text });
  }
  if (walk.vanished > 0) {
    const text = `${processesWord(walk.vanished)} ended while being read.`;
    gaps.push({ what: "processes", reason: "vanished", count: walk.vanished, text });
  }
  if (walk.truncated) {
    const text =
      "There are more processes, descriptors and mappings than fit into 256 MiB; some are missing.";
    gaps.push({ what: "processes", reason: "truncated", count: null, text });
  }
  return gaps;
}

function processesWord(count: number): string {
  return count === 1 ? "1 process" : `${count} processes`;
}
