/** The processes of the machine as one walk over /proc found them. Pure data. */
import type { Mapping } from "./maps.ts";

/** Every process seen, by pid, with the walk's failures kept where they happened. */
export interface ProcessTable {
  readonly processes: ReadonlyMap<number, Process>;
}

export interface Process {
  readonly pid: number;
  readonly ppid: number;
  /** Clock ticks after boot at which it started: with the pid, its identity. */
  readonly startTicks: number;
  readonly comm: string;
  readonly cmdline: readonly string[];
  /** One letter as in proc(5). */
  readonly state: string;
  /** Real uid and gid, from /proc/PID/status. */
  readonly uid: number | null;
  readonly gid: number | null;
  readonly cgroup: string | null;
  /** Namespace inode numbers by name ("ipc", "net", "mnt", "pid", "user"); absent if unreadable. */
  readonly namespaces: ReadonlyMap<string, number>;
  readonly threads: readonly Thread[];
  /** Undefined when the descriptors may not be read. */
  readonly descriptors: readonly Descriptor[] | undefined;
  /** What it shares with others, or could: no private mapping is here. Undefined when unreadable. */
  readonly mappings: readonly Mapping[] | undefined;
  /** What could not be read of this process: the name of the file under /proc/PID, and -errno. */
  readonly failures: readonly WalkFailure[];
}

export interface WalkFailure {
  /** "fd", "maps", "syscall", "ns", "status", … */
  readonly what: string;
  /** Negative, as the kernel returned it. */
  readonly errno: number;
}

export interface Thread {
  readonly tid: number;
  /** The system call it is blocked in; undefined when running or not readable. */
  readonly syscall: BlockedSyscall | undefined;
}

export interface BlockedSyscall {
  /** The kernel's number, which depends on the architecture. */
  readonly number: number;
  /** Its six arguments as unsigned 64-bit values. */
  readonly arguments: readonly bigint[];
  readonly stackPointer: bigint;
}

export interface Descriptor {
  readonly fd: number;
  /** The text of the link /proc/PID/fd/N: "pipe:[42]", "/etc/passwd", "anon_inode:[eventfd]". */
  readonly target: string;
  /** What the text says it is: "pipe", "socket", "eventfd", "file", "device" … */
  readonly kind: string;
  /** The number in "pipe:[42]" and "socket:[42]"; null of everything else. */
  readonly inode: number | null;
  /** For what it was opened, by the link's mode; null where the link could not be looked at. */
  readonly access: "read" | "write" | "read-write" | null;
  /**
   * The text of /proc/PID/fdinfo/N where the walk reads it: of anonymous inodes, and of what has a
   * path, but for terminals and the devices that everybody has open; else undefined.
   */
  readonly info: string | undefined;
}
