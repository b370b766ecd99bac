/** Who waits for a child in wait4(2) or waitid(2), and for which one. */
import { readFileSync } from "node:fs";
import { groupBy } from "../../io/group-by.ts";
import type { View } from "../../io/room.ts";
import type { Wait } from "../../io/schema.ts";
import { type BlockedThread, blockedThreads, sinceUnknown } from "../../io/seeing/blocked.ts";
import { oncePerView } from "../../io/seeing/once.ts";
import { named } from "../../io/sentences.ts";
import { decodePidfd } from "../../wire/proc/fdinfo/pidfd.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import { decodeStat } from "../../wire/proc/stat.ts";
import { signedArgument } from "../../wire/proc/syscall-numbers.ts";

/** Whom a call waits for. */
type Wanted =
  | { readonly one: number }
  | { readonly group: number }
  /** Nobody by name: undefined where a descriptor does not tell its process. */
  | "any"
  | undefined;

/** waitid(2): include/uapi/linux/wait.h */
const P_PID = 1;
const P_PGID = 2;
const P_PIDFD = 3;

/** A child is one wait; of a parent with thousands these many are shown. */
const CHILDREN_MAX = 64;

/** Every wait for children, an object "pid:N" for each child that would end it. */
export function childWaits(view: View): readonly Wait[] {
  return ["wait4", "waitpid", "waitid"].flatMap((name) =>
    blockedThreads(view, name).flatMap((thread) => waitsOf(view, thread)),
  );
}

function waitsOf(view: View, thread: BlockedThread): readonly Wait[] {
  const wanted = wantedBy(view, thread);
  if (wanted !== undefined && wanted !== "any" && "one" in wanted) {
    const text = `${named(view.processes.processes, wanted.one)} to end`;
    return [waitFor(thread, wanted.one, { text, need: { pid: wanted.one } })];
  }
  const children = childrenOf(view, thread.process, wanted);
  if (children.length === 0) return [waitForNobody(thread, wanted)];
  const shown = children.slice(0, CHILDREN_MAX);
  const more = children.length - shown.length;
  const unknown = more > 0 ? { others: `${more} more children are not listed` } : {};
  return shown.map(({ pid }) =>
    waitFor(thread, pid, {
      text: `${named(view.processes.processes, pid)} to end`,
      need: { pid },
      ...(children.length > 1 ? { isOneOf: true } : {}),
      unknown: { ...sinceUnknown, ...unknown },
    }),
  );
}

/**
 * Whom it waits for. The numbers of another PID namespace are others than ours: of whom that is only
 * known that it is a child.
 */
function wantedBy(view: View, thread: BlockedThread): Wanted {
  const wanted = thread.call.name === "waitid" ? wantedById(thread) : wantedByPid(thread);
  const isHere = thread.process.namespaces.get("pid") === (view.namespaces.pid ?? undefined);
  const isNumber = wanted !== undefined && wanted !== "any";
  return isNumber && !isHere ? "any" : wanted;
}

/** A process without children may wait for those that it traces (ptrace(2)). */
function waitForNobody(thread: BlockedThread, wanted: Wanted): Wait {
  const whom =
    wanted !== undefined && wanted !== "any" && "group" in wanted
      ? `a child of the process group ${wanted.group}`
      : "a child or a traced process";
  return waitFor(thread, thread.process.pid, {
    text: `${whom} to end, and none is seen`,
    unknown: { ...sinceUnknown, child: "no child is seen; it may trace others" },
  });
}

function waitFor({ process, tid, call }: BlockedThread, pid: number, more: Partial<Wait>): Wait {
  return {
    pid: process.pid,
    tid,
    object: `pid:${pid}`,
    operation: "wait",
    syscall: call.name,
    need: {},
    text: "",
    unknown: sinceUnknown,
    ...more,
  };
}

function argument({ call }: BlockedThread, index: number): number {
  return Number(signedArgument(call.arguments[index] ?? 0n, 32));
}

/** wait4(pid, status, options, usage): -1 any, 0 of one's own group, -N of the group N. */
function wantedByPid(thread: BlockedThread): Wanted {
  const pid = argument(thread, 0);
  if (pid > 0) return { one: pid };
  if (pid === -1) return "any";
  return pid === 0 ? ownGroup(thread) : { group: -pid };
}

/** waitid(idtype, id, info, options, usage) */
function wantedById(thread: BlockedThread): Wanted {
  const id = argument(thread, 1);
  switch (argument(thread, 0)) {
    case P_PID:
      return { one: id };
    case P_PGID:
      return id === 0 ? ownGroup(thread) : { group: id };
    case P_PIDFD:
      return behindPidfd(thread, id);
    default:
      return "any";
  }
}

function ownGroup({ process }: BlockedThread): Wanted {
  const group = groupOf(process.pid);
  return group === undefined ? "any" : { group };
}

function behindPidfd({ process }: BlockedThread, fd: number): Wanted {
  const info = process.descriptors?.find((one) => one.fd === fd)?.info;
  const pid = decodePidfd(info ?? "")?.pid;
  return pid === undefined || pid <= 0 ? "any" : { one: pid };
}

/** The group of a child is a file to read; of a parent with more children the rest is not asked. */
const ASKED_MAX = 1024;

/** The living: one that has ended would have ended the wait. */
function childrenOf(view: View, { pid }: Process, wanted: Wanted): readonly Process[] {
  const living = (families(view).get(pid) ?? []).filter(({ state }) => state !== "Z");
  if (wanted === undefined || wanted === "any" || !("group" in wanted)) return living;
  return living.slice(0, ASKED_MAX).filter((child) => groupOf(child.pid) === wanted.group);
}

const families = oncePerView((view) =>
  groupBy(view.processes.processes.values(), (process) => process.ppid),
);

/** Undefined where it has ended. */
function groupOf(pid: number): number | undefined {
  try {
    return decodeStat(readFileSync(`/proc/${pid}/stat`))?.pgrp;
  } catch {
    return undefined;
  }
}
