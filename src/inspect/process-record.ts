/** A process of the walk as the schema shows it. */
import type { Namespaces, ProcessRecord, Unknown } from "../io/schema.ts";
import { nameOf } from "../sys/errno.ts";
import type { Process } from "../wire/proc/process-table.ts";

/** Which fields of the schema come from which file under /proc/PID. */
const fields: Readonly<Record<string, readonly string[]>> = {
  process: ["ppid", "startTicks", "comm", "state", "cmdline", "uid", "gid", "cgroup"],
  stat: ["ppid", "startTicks", "comm", "state"],
  status: ["uid", "gid"],
  cmdline: ["cmdline"],
  cgroup: ["cgroup"],
  syscall: ["waits"],
  ns: ["namespaces"],
  fd: ["descriptors"],
  maps: ["mappings"],
};

/** The descriptors are counted by kind; what could not be read is null, with the errno's name. */
export function processRecord(process: Process): ProcessRecord {
  return {
    pid: process.pid,
    ppid: process.ppid,
    startTicks: process.startTicks,
    comm: process.comm,
    cmdline: process.cmdline,
    state: process.state,
    uid: process.uid,
    gid: process.gid,
    threads: process.threads.length,
    namespaces: namespacesOf(process.namespaces),
    cgroup: process.cgroup,
    descriptors: countByKind(process),
    unknown: unknownOf(process),
  };
}

/** The five that the schema has, null where unread. */
export function namespacesOf(inodes: ReadonlyMap<string, number>): Namespaces {
  const inode = (name: string): number | null => inodes.get(name) ?? null;
  return {
    ipc: inode("ipc"),
    net: inode("net"),
    mnt: inode("mnt"),
    pid: inode("pid"),
    user: inode("user"),
  };
}

/** "EACCES"; "error 4242" for an errno that has no name here. */
export function errnoName(errno: number): string {
  return nameOf(Math.abs(errno)) ?? `error ${Math.abs(errno)}`;
}

function countByKind(process: Process): Readonly<Record<string, number>> | null {
  if (process.descriptors === undefined) return null;
  const counts = new Map<string, number>();
  for (const { kind } of process.descriptors) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function unknownOf(process: Process): Unknown {
  const reasons = process.failures.flatMap(({ what, errno }) =>
    (fields[what] ?? [what]).map((field) => [field, errnoName(errno)] as const),
  );
  return Object.fromEntries(reasons);
}
