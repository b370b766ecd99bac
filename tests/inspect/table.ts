/** For tests: tables of processes that do not exist, for a room to see with. */
import type { View } from "../../src/io/room.ts";
import type { Mapping } from "../../src/wire/proc/maps.ts";
import type { BlockedSyscall, Process } from "../../src/wire/proc/process-table.ts";

/** The IPC namespace of these tables. */
export const ipcNamespace = 4026531839;

/** A process of one thread that waits for nothing, named after its pid. */
export function processIn(pid: number, changes: Partial<Process> = {}): Process {
  return {
    pid,
    ppid: 1,
    startTicks: 1,
    comm: `p${pid}`,
    cmdline: [],
    state: "S",
    uid: 0,
    gid: 0,
    cgroup: null,
    namespaces: new Map([["ipc", ipcNamespace]]),
    threads: [{ tid: pid, syscall: undefined }],
    descriptors: [],
    mappings: [],
    failures: [],
    ...changes,
  };
}

/** The same, blocked in this call. */
export function blockedProcess(
  pid: number,
  number: number,
  values: readonly bigint[],
  changes: Partial<Process> = {},
): Process {
  return processIn(pid, { threads: [{ tid: pid, syscall: callOf(number, values) }], ...changes });
}

/** A call of a 64-bit task. */
export function callOf(number: number, values: readonly bigint[]): BlockedSyscall {
  const zeros = Array.from({ length: 6 - values.length }, () => 0n);
  return { number, arguments: [...values, ...zeros], stackPointer: 2n ** 46n };
}

/** A shared mapping of one page that may be written. */
export function mappingOf(inode: number, path: string, changes: Partial<Mapping> = {}): Mapping {
  const rights = { read: true, write: true, execute: false, shared: true };
  const place = { start: 0x7f0000000000n, end: 0x7f0000001000n, offset: 0n, major: 0, minor: 1 };
  return { ...place, ...rights, inode, path, ...changes };
}

/** What a room is given; memory can be read where `memory` has something at that address. */
export function viewOf(
  processes: readonly Process[],
  memory: ReadonlyMap<bigint, Uint8Array> = new Map(),
): View {
  return {
    processes: { processes: new Map(processes.map((process) => [process.pid, process])) },
    namespaces: { ipc: ipcNamespace, net: 1, mnt: 1, pid: 1, user: 1 },
    isGone: (gone) => gone > 0 && !processes.some(({ pid }) => pid === gone),
    isBlocked: () => true,
    readMemory: (_pid, address, sizeBytes) => memory.get(address)?.subarray(0, sizeBytes),
  };
}
