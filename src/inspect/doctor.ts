/** doctor(): what this kernel, user and container lets us see and do, and the way out where it does not. */
import { readFileSync } from "node:fs";
import type { Gap, Namespaces, Snapshot } from "../io/schema.ts";
import { type Room, rooms } from "../mechanisms/rooms.ts";
import { isSuperuser, ownMountinfo, ownNumber } from "../sys/host.ts";
import { decodeMountinfo, hidesProcesses, type Mount } from "../wire/proc/mountinfo.ts";
import { decodeRights, type Rights } from "../wire/proc/rights.ts";
import { unlessRefused } from "./refusals.ts";
import { snapshot } from "./snapshot.ts";

/** One thing that was looked at or tried. */
export interface Check {
  /** "seeing", or the name of the room that tried it. */
  readonly area: string;
  readonly what: string;
  readonly ok: boolean;
  /** What is missing, and the way out; where it is there, what else is worth knowing, or nothing. */
  readonly text: string;
}

/** What the checks of seeing are made from. */
export interface Circumstances {
  readonly superuser: boolean;
  readonly rights: Rights;
  /** The sysctl kernel.yama.ptrace_scope; null where there is no Yama. */
  readonly ptraceScope: number | null;
  readonly mounts: readonly Mount[];
  /** True when /proc is not that of this process's PID namespace. */
  readonly strange: boolean;
  readonly state: Pick<Snapshot, "host" | "processes" | "gaps">;
}

/** Everything that was checked. What the rooms try, they try on objects of their own. */
export async function doctor(): Promise<readonly Check[]> {
  const state = await snapshot();
  return [...seeingChecks(circumstances(state)), ...rooms.flatMap(roomChecks)];
}

function circumstances(state: Snapshot): Circumstances {
  return {
    superuser: isSuperuser(),
    rights: decodeRights(fileOf("/proc/self/status")),
    ptraceScope: numberIn(fileOf("/proc/sys/kernel/yama/ptrace_scope")),
    mounts: decodeMountinfo(ownMountinfo() ?? new Uint8Array()),
    strange: ownNumber() !== process.pid,
    state,
  };
}

/** Empty where it is not there or not readable. */
function fileOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array();
  }
}

function numberIn(bytes: Uint8Array): number | null {
  const text = Buffer.from(bytes).toString("latin1").trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function roomChecks(room: Room): Check[] {
  const area = room.name;
  return unlessRefused(
    () =>
      room.probe().map(({ feature, available, reason }) => {
        return { area, what: feature, ok: available, text: reason };
      }),
    ({ message }) => [{ area, what: "try it", ok: false, text: message }],
  );
}

/** The numbers of capabilities(7): include/uapi/linux/capability.h. */
const capability = {
  CAP_DAC_READ_SEARCH: 2,
  CAP_NET_ADMIN: 12,
  CAP_IPC_OWNER: 15,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
} as const;

type CapabilityName = keyof typeof capability;

function has({ rights }: Circumstances, name: CapabilityName): boolean {
  return ((rights.capabilities ?? 0n) & (1n << BigInt(capability[name]))) !== 0n;
}

/** What can be seen, from the circumstances alone; then each gap that a look has really had. */
export function seeingChecks(here: Circumstances): readonly Check[] {
  return [
    ...processChecks(here),
    ...capabilityChecks(here),
    ...containerChecks(here),
    ...here.state.gaps.filter(({ reason }) => reason !== "vanished").map(gapCheck),
  ];
}

function check(what: string, ok: boolean, otherwise: string, note = ""): Check {
  return { area: "seeing", what, ok, text: ok ? note : otherwise };
}

function processChecks(here: Circumstances): Check[] {
  const { mounts, strange, superuser } = here;
  const hides = hidesProcesses(mounts) && !superuser;
  return [
    check(
      "the processes of this PID namespace",
      !strange,
      "/proc is that of another PID namespace: mount -t proc proc /proc",
    ),
    check("processes of other users", !hides, "/proc is mounted with hidepid: run as root"),
    check(
      "descriptors and mappings of other users' processes",
      has(here, "CAP_SYS_PTRACE"),
      "needs CAP_SYS_PTRACE: run as root, or in the container that has it",
    ),
    waitsCheck(here),
  ];
}

/** PTRACE_MODE_ATTACH, which Yama limits further than the user: ptrace(2). */
function waitsCheck(here: Circumstances): Check {
  const what = "what other processes are blocked in, and their words in memory";
  const { ptraceScope } = here;
  const way = "sysctl -w kernel.yama.ptrace_scope=0, or run as root";
  if (ptraceScope === 3) {
    return check(what, false, "kernel.yama.ptrace_scope is 3: nobody may, until the next start");
  }
  if (has(here, "CAP_SYS_PTRACE")) return check(what, true, "");
  if (ptraceScope === null || ptraceScope === 0) {
    return check(what, false, "only of your own processes: run as root for all");
  }
  const whose = ptraceScope === 1 ? "only of what this process started" : "of no process";
  return check(what, false, `${whose} (kernel.yama.ptrace_scope is ${ptraceScope}): ${way}`);
}

/** What the rights that matter are for. */
const uses: readonly (readonly [name: CapabilityName, what: string])[] = [
  ["CAP_IPC_OWNER", "the contents of other users' queues, segments and semaphores"],
  ["CAP_DAC_READ_SEARCH", "files of other users, and the paths of what is watched"],
  ["CAP_NET_ADMIN", "what of sockets only the administrator of a network is told"],
  ["CAP_SYS_ADMIN", "objects of other namespaces, and what a mount would show"],
];

function capabilityChecks(here: Circumstances): Check[] {
  return uses.map(([name, what]) => check(what, has(here, name), `needs ${name}: run as root`));
}

function containerChecks(here: Circumstances): Check[] {
  const { mounts, rights, state } = here;
  const shm = mounts.findLast(({ mountPoint }) => mountPoint === "/dev/shm");
  const mqueue = mounts.some(({ type }) => type === "mqueue");
  const filter = rights.seccomp === 2;
  return [
    check(
      "POSIX shared memory and semaphores (/dev/shm)",
      shm?.type === "tmpfs",
      "/dev/shm is no tmpfs: mount -t tmpfs tmpfs /dev/shm",
    ),
    check(
      "POSIX message queues (the file system mqueue)",
      mqueue || has(here, "CAP_SYS_ADMIN"),
      "it is mounted nowhere: mount -t mqueue mqueue /dev/mqueue, or run as root",
      mqueue ? "" : "mounted nowhere, and looked at through a mount of our own",
    ),
    check("system calls as the kernel has them", !filter, seccompText),
    ...namespaceChecks(here, state),
  ];
}

const seccompText =
  "a seccomp filter decides which are allowed; what it refuses is told below as EPERM or ENOSYS";

/** Which namespaces others live in, and whether they may be entered. */
function namespaceChecks(here: Circumstances, state: Circumstances["state"]): Check[] {
  return (["ipc", "net", "mnt", "pid"] as const).flatMap((name) => {
    const count = elsewhere(name, state);
    if (count === 0) return [];
    const places = count === 1 ? `1 other ${name} namespace` : `${count} other ${name} namespaces`;
    const otherwise = "needs CAP_SYS_ADMIN over them: run as root outside of containers";
    return [check(`enter ${places}`, has(here, "CAP_SYS_ADMIN"), otherwise)];
  });
}

function elsewhere(name: keyof Namespaces, { host, processes }: Circumstances["state"]): number {
  const inodes = new Set(processes.map(({ namespaces }) => namespaces[name]));
  inodes.delete(null);
  inodes.delete(host.namespaces[name]);
  return host.namespaces[name] === null ? 0 : inodes.size;
}

function gapCheck({ what, text }: Gap): Check {
  return check(`all ${what}`, false, text);
}
