/** Every System V shared memory segment of this IPC namespace, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, Hold, ObjectRecord, Unknown } from "../../io/schema.ts";
import { keyAddress } from "../../io/sysv/address.ts";
import { attachmentsById, holdsOf } from "./sysv-attachments.ts";
import { findingOf } from "./sysv-findings.ts";
import { type Residence, residence } from "./sysv-resident.ts";
import { listSysvSharedMemory, type SysvSharedMemoryStatus } from "./sysv-status.ts";

/** Objects, holds and findings of the kind "shm"; nobody can wait for memory. */
export function seeSysvSharedMemory(view: View): Sight {
  const attached = attachmentsById(view);
  const resident = residence();
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  const findings: Finding[] = [];
  for (const status of listSysvSharedMemory()) {
    const seen = holdsOf(status, attached);
    const { isGone } = view;
    const { processes } = view.processes;
    const finding = findingOf({ status, holds: seen, processes, isGone, nowMs: Date.now() });
    if (finding !== undefined) findings.push(finding);
    for (const hold of seen) holds.push(hold);
    objects.push(objectOf(view, status, seen, resident));
  }
  const gaps = [...unseenGaps(objects), ...residenceGaps(resident, objects.length)];
  return { objects, holds, waits: [], links: [], findings, gaps };
}

function objectOf(
  view: View,
  status: SysvSharedMemoryStatus,
  holds: readonly Hold[],
  resident: Residence,
): ObjectRecord {
  const { id, key, uid, gid, mode } = status;
  return {
    address: `shm:${id}`,
    aliases: key === 0 ? [] : [keyAddress("shm", key)],
    kind: "shm",
    title: "System V shared memory",
    namespace: view.namespaces.ipc,
    uid,
    gid,
    mode,
    used: usedOf(status, resident),
    limit: {},
    changedAt: status.changedAt.toISOString(),
    flags: flagsOf(status),
    details: detailsOf(status, holds),
    unknown: unknownOf(status, holds, resident),
    source: ["shmctl(SHM_STAT_ANY)", "/proc/sysvipc/shm", "/proc/PID/maps"],
  };
}

function usedOf(
  { id, sizeBytes }: SysvSharedMemoryStatus,
  resident: Residence,
): ObjectRecord["used"] {
  const row = typeof resident === "string" ? undefined : resident.get(id);
  if (row === undefined) return { bytes: sizeBytes };
  return { bytes: sizeBytes, residentBytes: Number(row.rss), swappedBytes: Number(row.swap) };
}

function flagsOf({ removed, locked }: SysvSharedMemoryStatus): string[] {
  return [...(removed ? ["removed"] : []), ...(locked ? ["locked"] : [])];
}

function detailsOf(
  status: SysvSharedMemoryStatus,
  holds: readonly Hold[],
): ObjectRecord["details"] {
  const { attachments, lastPid, creatorPid } = status;
  const writing = holds.filter(({ mode }) => mode === "read-write").length;
  const details = {
    id: status.id,
    key: status.key,
    sequence: status.sequence,
    creatorUid: status.creatorUid,
    creatorGid: status.creatorGid,
    creatorPid: creatorPid === 0 ? null : creatorPid,
    lastUsePid: lastPid === 0 ? null : lastPid,
    attachedAt: status.attachedAt?.toISOString() ?? null,
    detachedAt: status.detachedAt?.toISOString() ?? null,
    attachments,
    attachmentsSeen: holds.length,
    attachmentsThatWrite: writing,
    mayWrite: writersOf(status.mode),
  };
  const twice = holds.length - attachments;
  // Processes that share one memory (CLONE_VM, as a child of vfork does) each show its mappings.
  return twice > 0 ? { ...details, attachmentsSeenTwice: twice } : details;
}

/** Whom the mode lets attach it for writing; root needs CAP_IPC_OWNER where it is none of them. */
function writersOf(mode: number): string[] {
  const classes = [
    ["owner", 0o200],
    ["group", 0o020],
    ["others", 0o002],
  ] as const;
  return classes.filter(([, bit]) => (mode & bit) !== 0).map(([name]) => name);
}

function unknownOf(
  { attachedAt, detachedAt, attachments, creatorPid, lastPid }: SysvSharedMemoryStatus,
  holds: readonly Hold[],
  resident: Residence,
): Unknown {
  const unseen = attachments - holds.length;
  return {
    ...(typeof resident === "string" ? { residentBytes: resident, swappedBytes: resident } : {}),
    ...(unseen > 0 ? { holders: `${unseen} of ${attachments} attachments are not visible` } : {}),
    ...(creatorPid === 0 ? { creatorPid: "of another PID namespace" } : {}),
    ...(lastPid === 0 ? { lastUsePid: lastUnknown(attachedAt) } : {}),
    ...(attachedAt === undefined ? { attachedAt: "it was never attached" } : {}),
    ...(detachedAt === undefined ? { detachedAt: "it was never detached" } : {}),
  };
}

function lastUnknown(attachedAt: Date | undefined): string {
  return attachedAt === undefined ? "it was never attached" : "of another PID namespace";
}

/** One gap for all attachments that the kernel counts and no process shows. */
function unseenGaps(objects: readonly ObjectRecord[]): Gap[] {
  const counts = objects.map(({ details }) => {
    return Math.max(0, Number(details["attachments"]) - Number(details["attachmentsSeen"]));
  });
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (count === 0) return [];
  const segments = counts.filter((one) => one > 0).length;
  const [times, are] = count === 1 ? ["1 attachment", "is"] : [`${count} attachments`, "are"];
  const of = segments === 1 ? "1 shared memory segment" : `${segments} shared memory segments`;
  const text = `${times} of ${of} ${are} counted by the kernel and in no process that may be read.`;
  return [{ what: "attachments", reason: "not-seen", count, text }];
}

function residenceGaps(resident: Residence, segments: number): Gap[] {
  if (typeof resident !== "string" || segments === 0) return [];
  const text = `How much of the segments is in memory could not be read (${resident}).`;
  return [{ what: "residence", reason: resident, count: segments, text }];
}
