/**
 * What this process and its namespaces hold: descriptors, threads of ours, System V and POSIX
 * objects, mounts and children. A test must end with nothing that it did not find.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Every thing held, as a line that names it. Lines are unique. */
export type Holdings = ReadonlySet<string>;

/** Looks at everything now. */
export function holdings(): Holdings {
  return new Set([
    ...descriptors(),
    ...threads(),
    ...systemV("msg"),
    ...systemV("sem"),
    ...systemV("shm"),
    ...entries("/dev/shm", "shared memory"),
    ...entries("/dev/mqueue", "POSIX message queue"),
    ...mounts(),
    ...children(),
  ]);
}

/** What is held now and was not then. */
export function leftSince(before: Holdings, now: Holdings = holdings()): string[] {
  return [...now].filter((thing) => !before.has(thing));
}

function descriptors(): string[] {
  const targets = list("/proc/self/fd").map((fd) => [fd, linkOf(`/proc/self/fd/${fd}`)] as const);
  const open = targets.filter(([, target]) => target !== undefined);
  return open.map(([fd, target]) => `descriptor ${fd} (${target})`);
}

/** Only threads that the addon named are counted: Node starts its own whenever it likes. */
function threads(): string[] {
  const names = list("/proc/self/task").map(
    (tid) => [tid, read(`/proc/self/task/${tid}/comm`).trim()] as const,
  );
  return names
    .filter(([, name]) => name.startsWith("ipc-"))
    .map(([tid, name]) => `thread ${tid} (${name})`);
}

function systemV(family: "msg" | "sem" | "shm"): string[] {
  const rows = read(`/proc/sysvipc/${family}`).trimEnd().split("\n").slice(1);
  const keysAndIds = rows.map((row) => row.trim().split(/\s+/));
  return keysAndIds.map(([key, id]) => `System V ${family} id ${id} (key ${key})`);
}

function entries(folder: string, what: string): string[] {
  return list(folder).map((name) => `${what} ${folder}/${name}`);
}

/** A mount's line in mountinfo begins with a number that is its own; proc_pid_mountinfo(5). */
function mounts(): string[] {
  const rows = read("/proc/self/mountinfo").trimEnd().split("\n");
  return rows.map((row) => row.split(" ")).map((fields) => `mount ${fields[0]} on ${fields[4]}`);
}

/** Zombies included: whoever starts a child waits for its end. */
function children(): string[] {
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => processOf(pid))
    .filter((found) => found?.parent === process.pid)
    .map((found) => `child ${found?.pid} (${found?.name}, state ${found?.state})`);
}

interface FoundProcess {
  readonly pid: string;
  readonly name: string;
  readonly state: string;
  readonly parent: number;
}

/** The name may hold anything, parentheses included, so it ends at the last one; proc_pid_stat(5). */
function processOf(pid: string): FoundProcess | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(")");
  if (end < 0) return undefined;
  const [state = "", parent] = stat.slice(end + 2).split(" ");
  return { pid, name: stat.slice(stat.indexOf("(") + 1, end), state, parent: Number(parent) };
}

/** Empty when there is no such folder. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty when there is no such file, or no more. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
