/** Every process that somebody has a descriptor of: which one it is, whether it lives, who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, ObjectRecord, Unknown, Value, Wait } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import type { DescriptorWait } from "../../io/seeing/descriptor-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { named } from "../../io/sentences.ts";
import { decodePidfd } from "../../wire/proc/fdinfo/pidfd.ts";

/** What became of the process behind one. */
type Fate = "alive" | "zombie" | "gone" | "elsewhere" | "unknown";

/** Objects, holds, waits and findings of the kind "pidfd". */
export function seePidfds(view: View): Partial<Sight> {
  const all = openDescriptions(view, "pidfd");
  return {
    objects: all.map((one) => objectOf(view, one)),
    holds: all.flatMap(holdsOf),
    waits: describedWaits(view, "pidfd", (wait) => waitWords(view, wait)),
    findings: all.flatMap((one) => zombieFinding(view, one)),
  };
}

function fateOf(view: View, pid: number | undefined): Fate {
  if (pid === undefined) return "unknown";
  if (pid === -1) return "gone";
  if (pid === 0) return "elsewhere";
  return view.processes.processes.get(pid)?.state === "Z" ? "zombie" : "alive";
}

function objectOf(view: View, description: OpenDescription): ObjectRecord {
  const info = decodePidfd(description.info);
  const fate = fateOf(view, info?.pid);
  const pid = info !== undefined && info.pid > 0 ? info.pid : null;
  const comm = pid === null ? null : (view.processes.processes.get(pid)?.comm ?? null);
  const details: Readonly<Record<string, Value>> = {
    pid,
    comm,
    alive: aliveOf(fate),
    namespacedPids: info?.namespaced ?? [],
  };
  const flags = fate === "gone" ? ["dead"] : fate === "zombie" ? ["zombie"] : [];
  return recordOf(description, { title: "process descriptor", flags, details, unknown: why(fate) });
}

function aliveOf(fate: Fate): boolean | null {
  return fate === "alive" ? true : fate === "gone" || fate === "zombie" ? false : null;
}

function why(fate: Fate): Unknown {
  if (fate === "gone") return { pid: "the process has ended, and was waited for" };
  if (fate !== "elsewhere") return {};
  const elsewhere = "the process is of another PID namespace and has no number here";
  return { pid: elsewhere, alive: elsewhere };
}

function waitWords(view: View, { descriptor }: DescriptorWait): Partial<Wait> {
  const pid = decodePidfd(descriptor.info ?? "")?.pid;
  if (pid === undefined || pid <= 0) return { operation: "wait", text: "a process to end" };
  const text = `${named(view.processes.processes, pid)} to end`;
  const owners = [{ pid, tid: null, via: "pidfd" }];
  return { operation: "wait", text, need: { pid }, owners };
}

/** A process that has ended keeps its number and its exit status until its parent asks for it. */
function zombieFinding(view: View, description: OpenDescription): Finding[] {
  const { processes } = view.processes;
  const pid = decodePidfd(description.info)?.pid;
  const zombie = pid === undefined ? undefined : processes.get(pid);
  if (pid === undefined || zombie?.state !== "Z" || zombie.ppid === 0) return [];
  const { address } = description;
  return [
    {
      rule: "process-not-waited-for",
      severity: "info",
      objects: [address],
      processes: [zombie.ppid, pid],
      text: [
        `${address} is a process that has ended: ${named(processes, pid)}.`,
        `Its parent ${named(processes, zombie.ppid)} has not waited for it.`,
        "=> its number and its exit status stay until the parent waits, or ends.",
      ],
    },
  ];
}
