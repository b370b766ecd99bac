/** For tests: snapshots of machines that do not exist. */
import type {
  Finding,
  ObjectRecord,
  ProcessRecord,
  Snapshot,
  Wait,
} from "../../src/inspect/index.ts";

const namespaces = { ipc: 1, net: 2, mnt: 3, pid: 4, user: 5 };

/** A sleeping process of one thread, named after its pid. */
export function processOf(pid: number, changes: Partial<ProcessRecord> = {}): ProcessRecord {
  return {
    pid,
    ppid: 1,
    startTicks: pid,
    comm: `p${pid}`,
    cmdline: [],
    state: "S",
    uid: 0,
    gid: 0,
    threads: 1,
    namespaces,
    cgroup: null,
    descriptors: {},
    unknown: {},
    ...changes,
  };
}

/** An object of a kind; its address is all that it is known by. */
export function objectOf(address: string, changes: Partial<ObjectRecord> = {}): ObjectRecord {
  return {
    address,
    aliases: [],
    kind: address.slice(0, address.indexOf(":")),
    title: "test object",
    namespace: 1,
    uid: 0,
    gid: 0,
    mode: 0o600,
    used: {},
    limit: {},
    changedAt: null,
    flags: [],
    details: {},
    unknown: {},
    source: [],
    ...changes,
  };
}

/** A process's only thread waits. */
export function waitOf(pid: number, object: string, operation: string, text = ""): Wait {
  const syscall = `sys_${operation}`;
  return { pid, tid: pid, object, operation, syscall, need: {}, text, unknown: {} };
}

/** A conclusion about one object, which says its rule's name. */
export function findingOf(rule: string, object: string): Finding {
  const text = [`${object} is ${rule}`, "and so on"];
  return { rule, severity: "info", objects: [object], processes: [], text };
}

/** A machine with these things and nothing else. */
export function machineOf(parts: Partial<Snapshot>): Snapshot {
  const time = "2026-01-01T00:00:00.000Z";
  return {
    schema: "ipc/1",
    host: { name: "test", kernel: "6.18.0", bootId: null, time, tookMs: 0, namespaces },
    gaps: [],
    processes: [],
    objects: [],
    holds: [],
    waits: [],
    links: [],
    findings: [],
    ...parts,
  };
}
