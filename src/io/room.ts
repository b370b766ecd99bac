/**
 * The contract of a room: what one mechanism offers to the command, the map, the doctor and the
 * tests, which all walk the list in mechanisms/rooms.ts and know no mechanism by name.
 */
import type { BlockedSyscall, ProcessTable } from "../wire/proc/process-table.ts";
import type { WaitOptions } from "./handle.ts";
import type { Finding, Gap, Hold, Link, Namespaces, ObjectRecord, Value, Wait } from "./schema.ts";

/** What one mechanism offers. */
export interface Room {
  /** The folder's name, for example "message-queue". */
  readonly name: string;
  /** The kinds of object the room knows: the words before the colon of their addresses. */
  readonly kinds: readonly Kind[];
  /** What this host, user and container can do with the mechanism, found by trying it. */
  probe(): readonly Probe[];
  /** The limits of the mechanism here, with their use and the way to raise them. */
  limits(): readonly Limit[];
  /** Everything of this mechanism that can be seen, without changing anything. */
  see(view: View): Sight;
}

/** One kind of object and what can be done with it. A verb that is absent makes no sense there. */
export interface Kind {
  /** The word before the colon: "msg". */
  readonly name: string;
  /** What it is called in a sentence: "System V message queue". */
  readonly title: string;
  /** The forms its addresses take, for help: ["msg:ID", "msg:0xKEY"]. */
  readonly forms: readonly string[];
  /**
   * Reads what stands behind the colon and gives the address in its one printed form.
   * @throws RangeError (ERR_OUT_OF_RANGE) that says what is wrong and what is accepted.
   */
  parse(rest: string): string;
  /** For a kind whose objects have parts: what an address, as parse() gives it, says of one. */
  partIn?(address: string): PartAddress | undefined;
  readonly make?: Verb<MakeRequest, string>;
  readonly remove?: Verb<AddressRequest, void>;
  readonly send?: Verb<SendRequest, void>;
  readonly receive?: Verb<ReceiveRequest, Received>;
  readonly peek?: Verb<PeekRequest, readonly Received[]>;
}

/** An address that names a part of an object. */
export interface PartAddress {
  /** The address of the object: "sem:0". */
  readonly whole: string;
  /** What stands behind the object's address for the part: "/1". */
  readonly part: string;
}

/** One thing to do with a kind, and the options that only this kind has for it. */
export interface Verb<Request, Result> {
  readonly options: readonly Option[];
  run(request: Request): Promise<Result>;
}

/** An option of a verb, as the command shows and checks it. */
export interface Option {
  /** Without dashes, kebab-case: "max-bytes". */
  readonly name: string;
  /** "integer" accepts decimal, 0x… and 0o…, and gives a number, or a bigint above 2^53. */
  readonly type: "integer" | "octal" | "string" | "flag";
  /** The word for the value in help, upper case: "BYTES". Not for flags. */
  readonly value?: string;
  readonly description: string;
}

/** Options by name (kebab-case, as in Option), already of the declared type; absent ones are missing. */
export type Options = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

/** What every verb on an object is given. */
export interface AddressRequest {
  /** As printed by parse(). */
  readonly address: string;
  readonly options: Options;
}

/** What making an object is given. */
export interface MakeRequest {
  readonly options: Options;
}

/** What sending is given. */
export interface SendRequest extends AddressRequest, WaitOptions {
  readonly data: Uint8Array;
  /** False: send now or reject with EAGAIN. */
  readonly wait: boolean;
}

/** What receiving is given. */
export interface ReceiveRequest extends AddressRequest, WaitOptions {
  /** False: receive now or reject with the kernel's word for "nothing there". */
  readonly wait: boolean;
}

/** What looking at messages is given. */
export interface PeekRequest extends AddressRequest {
  /** At most this many, from the front. */
  readonly count: number;
}

/** A message as the command shows it. */
export interface Received {
  readonly data: Buffer;
  /** What the mechanism says beside the bytes, for example { type: 7 }. */
  readonly about: Readonly<Record<string, Value>>;
}

/** One thing that was tried. */
export interface Probe {
  /** What was tried, for example "peek at messages (MSG_COPY)". */
  readonly feature: string;
  readonly available: boolean;
  /** Why not, and the way out; empty when available. */
  readonly reason: string;
}

/** One limit and its use. */
export interface Limit {
  /** In words: "queues in this IPC namespace". */
  readonly what: string;
  /** The kernel's name for it: "kernel.msgmni", "RLIMIT_MSGQUEUE". */
  readonly name: string;
  readonly unit: string;
  readonly limit: number | bigint;
  /** Null when the kernel does not count it. */
  readonly used: number | bigint | null;
  /** How to raise it, as a command or a sentence. */
  readonly raise: string;
}

/** What a room is given to see with. */
export interface View {
  readonly processes: ProcessTable;
  /** Those of the process that looks, as inode numbers; null where unreadable. */
  readonly namespaces: Namespaces;
  /**
   * Reads bytes of a thread at an address it showed us (process_vm_readv(2)); undefined when
   * that is refused or gone.
   */
  readMemory(tid: number, address: bigint, sizeBytes: number): Uint8Array | undefined;
  /**
   * True when no process has this number any more. It is not said of whom /proc may hide, of one that
   * began after the walk, and of 0, which stands for a process of another PID namespace.
   */
  isGone(pid: number): boolean;
  /** True while that thread still is in the very call in which the walk found it. */
  isBlocked(pid: number, tid: number, call: BlockedSyscall): boolean;
}

/** What a room saw. */
export interface Sight {
  readonly objects: readonly ObjectRecord[];
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly links: readonly Link[];
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}
