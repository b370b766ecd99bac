/**
 * The schema ipc/1: the state of the machine as the library returns it and as
 * `ipc --json` prints it. Numbers are numbers; what can pass 2^53 is a bigint here and a
 * decimal string in JSON; what is not known is null, with the reason in `unknown`.
 */

/** A value that JSON can carry, and bigint, which becomes a decimal string. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Why a field is null, by the field's name. */
export type Unknown = Readonly<Record<string, string>>;

/** The machine at one moment, as far as it could be seen. */
export interface Snapshot {
  readonly schema: "ipc/1";
  readonly host: Host;
  readonly gaps: readonly Gap[];
  readonly processes: readonly ProcessRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly links: readonly Link[];
  readonly findings: readonly Finding[];
}

/** Which machine, and when. */
export interface Host {
  readonly name: string;
  readonly kernel: string;
  readonly bootId: string | null;
  /** When the snapshot was begun, ISO 8601 in UTC. */
  readonly time: string;
  readonly tookMs: number;
  /** The process that looked, which is in the snapshot like all others; absent in older ones. */
  readonly pid?: number;
  /** The namespaces of the process that looked, by name, as inode numbers. */
  readonly namespaces: Namespaces;
}

/** Inode numbers of namespaces; null where they may not be read. */
export interface Namespaces {
  readonly ipc: number | null;
  readonly net: number | null;
  readonly mnt: number | null;
  readonly pid: number | null;
  readonly user: number | null;
}

/** One class of things that could not be seen, and why. */
export interface Gap {
  /** What could not be seen: "descriptors", "waits", "namespaces", "messages", … */
  readonly what: string;
  /** The kernel's answer ("EACCES"), or a word of ours ("other-namespace", "truncated"). */
  readonly reason: string;
  /** How many processes, objects or descriptors it concerns; null if not countable. */
  readonly count: number | null;
  /** One sentence for a person, with the way out. */
  readonly text: string;
}

/** One process; what it holds and waits for is in holds and waits, by pid. */
export interface ProcessRecord {
  readonly pid: number;
  readonly ppid: number;
  /** Clock ticks after boot at which it started: with the pid, its identity. */
  readonly startTicks: number;
  readonly comm: string;
  readonly cmdline: readonly string[];
  /** One letter as in proc(5): R running, S sleeping, D disk sleep, Z zombie, T stopped … */
  readonly state: string;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly threads: number;
  readonly namespaces: Namespaces;
  readonly cgroup: string | null;
  /** How many descriptors are open, by kind; null when they may not be read. */
  readonly descriptors: Readonly<Record<string, number>> | null;
  readonly unknown: Unknown;
}

/** One kernel object. The fields every kind has; what only one kind has is in `details`. */
export interface ObjectRecord {
  /** The address that every verb accepts, for example "msg:0". */
  readonly address: string;
  /** The same object by other words, for example "msg:0x5a000001". */
  readonly aliases: readonly string[];
  /** The word before the colon of its address. */
  readonly kind: string;
  /** What that kind is called in a sentence, for example "System V message queue". */
  readonly title: string;
  /** The inode number of the namespace it lives in; null for what no namespace contains. */
  readonly namespace: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** The permission bits, 0 to 0o777. */
  readonly mode: number | null;
  /** What fills it, by unit, for example { bytes: 16000, messages: 2 }. */
  readonly used: Readonly<Record<string, number>>;
  /** What may fill it, by the same units. */
  readonly limit: Readonly<Record<string, number>>;
  /** When it was made or last changed, ISO 8601; null when the kernel does not say. */
  readonly changedAt: string | null;
  /** Short words for a list: "full", "stuck", "removed". */
  readonly flags: readonly string[];
  readonly details: Readonly<Record<string, Value>>;
  /**
   * What it consists of, where that has addresses of its own; absent where a kind has no parts. With
   * `unknown.parts` there may be more of them.
   */
  readonly parts?: readonly PartRecord[];
  /** How many parts it has, where they are numbered from 0 and that is known; else absent. */
  readonly partCount?: number;
  /** With `holders` or `waiters` in it, somebody uses the object who is not in holds or waits. */
  readonly unknown: Unknown;
  /** Where the facts came from, for example "/proc/sysvipc/msg", "msgctl(MSG_STAT_ANY)". */
  readonly source: readonly string[];
}

/** A part of an object, for example one semaphore of a set. */
export interface PartRecord {
  /** Behind the address of the whole: "sem:0/1". */
  readonly address: string;
  readonly used: Readonly<Record<string, number>>;
  readonly details: Readonly<Record<string, Value>>;
  /** Why a detail is null; absent where none is. */
  readonly unknown?: Unknown;
}

/** A process has an object open, mapped or attached, or holds a lock on it. */
export interface Hold {
  readonly pid: number;
  readonly object: string;
  readonly how: "descriptor" | "mapping" | "attachment" | "lock";
  readonly fd: number | null;
  /** Where a mapping or an attachment begins in that process, as "0x7f52eee1a000"; else null. */
  readonly at: string | null;
  readonly mode: "read" | "write" | "read-write" | null;
}

/** A thread is blocked on an object. */
export interface Wait {
  readonly pid: number;
  readonly tid: number;
  readonly object: string;
  /** The parts of the object that it waits for, by address; absent where there are none or unknown. */
  readonly parts?: readonly string[];
  /** The operation in the package's own verbs: "send", "receive", "operate", "lock" … */
  readonly operation: string;
  /** The system call it is blocked in, in the kernel's words. */
  readonly syscall: string;
  /** True where it also ends by itself after a time; absent where it does not, or that is unknown. */
  readonly isTimed?: boolean;
  /** True where the same call waits for other objects too, and any one of them is enough (poll). */
  readonly isOneOf?: boolean;
  /** Who has what it waits for, where the kernel or the object itself says so; else absent. */
  readonly owners?: readonly Owner[];
  /** What it needs before it can go on, for example { type: 7, bytes: 99 }. */
  readonly need: Readonly<Record<string, Value>>;
  /** The same in words, to stand behind the operation: "a message of type 7". */
  readonly text: string;
  readonly unknown: Unknown;
}

/** Who alone can end a wait: it has the mutex or the lock, or is the process whose end is awaited. */
export interface Owner {
  readonly pid: number;
  /** Null where only the process is known. */
  readonly tid: number | null;
  /** What says so: "/proc/locks", "glibc mutex", "PI futex", "pidfd". */
  readonly via: string;
}

/** Two objects are joined, for example the two ends of a socket. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** "unix-stream", "tcp", "pending" (connected, not accepted yet), "watches" … */
  readonly kind: string;
  /** "forward": what is written at `from` is read at `to`, and nothing the other way. */
  readonly direction: "both" | "forward";
}

/** A conclusion drawn from the facts above, in plain words. */
export interface Finding {
  /** A stable name, for example "queue-full-type-mismatch". */
  readonly rule: string;
  readonly severity: "info" | "warning" | "error";
  readonly objects: readonly string[];
  readonly processes: readonly number[];
  /** Sentences in order: the state, who waits for what, and what follows. */
  readonly text: readonly string[];
  /**
   * Of what has leaked, or looks so: whether removing it can hurt anybody. "safe": nobody uses it and
   * nobody is seen who could; "likely": nobody is seen to use it, and somebody might; "keep": it is
   * unused by what is seen, and something speaks for leaving it (it is new, its maker may live).
   */
  readonly removal?: "safe" | "likely" | "keep";
}
