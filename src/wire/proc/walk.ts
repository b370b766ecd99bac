/** The records of one walk over /proc, put together into the table of processes. */
import { WireError } from "../wire-error.ts";
import { cgroupPath, decodeCgroup } from "./cgroup.ts";
import { decodeCmdline } from "./cmdline.ts";
import { descriptorKind } from "./descriptor.ts";
import { decodeMaps, type Mapping } from "./maps.ts";
import { decodeNamespace, type NamespaceLink } from "./namespace.ts";
import type {
  BlockedSyscall,
  Descriptor,
  Process,
  ProcessTable,
  Thread,
  WalkFailure,
} from "./process-table.ts";
import { decodeStat, isExiting, isKernelThread } from "./stat.ts";
import { decodeStatus } from "./status.ts";
import { decodeSyscall } from "./syscall.ts";
import { textOf } from "./text.ts";
import * as record from "./walk-record.ts";

/** The processes, and what happened to the walk as a whole. */
export interface Walk extends ProcessTable {
  /** Processes that ended while they were read. */
  readonly vanished: number;
  /** True when the walk's memory limit was reached: processes are missing. */
  readonly truncated: boolean;
}

/** What a failure is called when the kernel answered with something that we cannot read. */
const EBADMSG = 74;
/** What a failure is called when there was more than the walk keeps. */
const E2BIG = 7;

/** Thousands of processes share a few groups and namespaces: each text is understood once a walk. */
interface Known {
  readonly cgroups: Map<string, string | null>;
  readonly namespaces: Map<string, NamespaceLink | undefined>;
}

/** A process while its records come in. */
type Draft = { -readonly [Field in keyof Process]: Process[Field] } & {
  readonly namespaces: Map<string, number>;
  readonly threads: Thread[];
  readonly failures: WalkFailure[];
  descriptors: Descriptor[] | undefined;
  mappings: readonly Mapping[] | undefined;
};

/**
 * @throws WireError ERR_WIRE_TRUNCATED where the records end too early, ERR_WIRE_MALFORMED where
 * one belongs to no process. What is odd about a process stays with it, as a failure.
 */
export function decodeWalk(bytes: Uint8Array): Walk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const processes = new Map<number, Draft>();
  const known: Known = { cgroups: new Map(), namespaces: new Map() };
  let process: Draft | undefined;
  let offset = 0;
  for (;;) {
    const item = record.decodeRecord(view, offset);
    if (item.tag === record.TAG_END) {
      const truncated = (item.flags & record.FLAG_TRUNCATED) !== 0;
      return { processes, vanished: Math.max(0, item.id), truncated };
    }
    if (item.tag === record.TAG_PROCESS) {
      process = newProcess(item);
      processes.set(process.pid, process);
    } else if (process === undefined) {
      throw new WireError("ERR_WIRE_MALFORMED", offset, "A record before the first process");
    } else {
      take(process, item, bytes, known);
    }
    offset = record.nextRecord(item);
  }
}

function newProcess(item: record.WalkRecord): Draft {
  const failures = item.error === 0 ? [] : [{ what: "process", errno: item.error }];
  return {
    pid: item.id,
    ppid: 0,
    startTicks: 0,
    comm: "",
    cmdline: [],
    state: "?",
    uid: null,
    gid: null,
    cgroup: null,
    namespaces: new Map(),
    threads: [],
    descriptors: undefined,
    mappings: undefined,
    failures,
  };
}

function take(process: Draft, item: record.WalkRecord, bytes: Uint8Array, known: Known): void {
  const part = parts.get(item.tag);
  // A record of a kind that we do not know yet says nothing about those that we know.
  if (part === undefined) return;
  if (item.error !== 0) fail(process, part.file, item.error);
  else if ((item.flags & record.FLAG_TRUNCATED) !== 0) fail(process, part.file, -E2BIG);
  if (item.error === 0 || part.evenFailed) part.read(process, item, bytes, known);
}

/** What each kind of record does to the process it belongs to. */
interface Part {
  /** The name of the file under /proc/PID. */
  readonly file: string;
  /** Something exists although it could not be read. */
  readonly evenFailed?: boolean;
  read(process: Draft, item: record.WalkRecord, bytes: Uint8Array, known: Known): void;
}

const parts: ReadonlyMap<number, Part> = new Map<number, Part>([
  [record.TAG_STAT, { file: "stat", read: takeStat }],
  [record.TAG_STATUS, { file: "status", read: takeStatus }],
  [record.TAG_CMDLINE, { file: "cmdline", read: takeCmdline }],
  [record.TAG_CGROUP, { file: "cgroup", read: takeCgroup }],
  [record.TAG_THREAD, { file: "syscall", evenFailed: true, read: takeThread }],
  [record.TAG_NAMESPACE, { file: "ns", read: takeNamespace }],
  [record.TAG_DESCRIPTORS, { file: "fd", evenFailed: true, read: takeDescriptors }],
  [record.TAG_DESCRIPTOR, { file: "fd", evenFailed: true, read: takeDescriptor }],
  [record.TAG_MAPPINGS, { file: "maps", read: takeMappings }],
]);

function fail(process: Draft, what: string, errno: number): void {
  const known = process.failures.some((one) => one.what === what && one.errno === errno);
  if (!known) process.failures.push({ what, errno });
}

function contents(item: record.WalkRecord, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(item.start, item.end);
}

function takeStat(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  const stat = decodeStat(contents(item, bytes));
  if (stat === undefined) {
    fail(process, "stat", -EBADMSG);
    return;
  }
  process.ppid = stat.ppid;
  process.startTicks = stat.startTicks;
  process.comm = stat.comm;
  process.state = stat.state;
  // These have none, and the walk does not look.
  if (!isKernelThread(stat) && !isExiting(stat)) return;
  process.descriptors = [];
  process.mappings = [];
}

function takeStatus(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  const status = decodeStatus(contents(item, bytes));
  process.uid = status.uid?.real ?? null;
  process.gid = status.gid?.real ?? null;
}

/** A process that writes its own title leaves NULs where its arguments were. */
function takeCmdline(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  const parameters = decodeCmdline(contents(item, bytes));
  const last = parameters.findLastIndex((parameter) => parameter !== "");
  process.cmdline = parameters.slice(0, last + 1);
}

function takeCgroup(
  process: Draft,
  item: record.WalkRecord,
  bytes: Uint8Array,
  { cgroups }: Known,
): void {
  const text = textOf(bytes, item.start, item.end);
  process.cgroup = understood(cgroups, text, () => cgroupPath(decodeCgroup(contents(item, bytes))));
}

function takeThread(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  const syscall = item.error === 0 ? blockedSyscall(contents(item, bytes)) : undefined;
  process.threads.push({ tid: item.id, syscall });
}

/** Threads that the kernel runs for a process (io_uring's) show a call 0 with an empty stack. */
function blockedSyscall(bytes: Uint8Array): BlockedSyscall | undefined {
  if (bytes.length === 0) return undefined;
  const call = decodeSyscall(textOf(bytes));
  if (call?.state !== "syscall" || call.stackPointer === 0n) return undefined;
  return { number: call.number, arguments: call.arguments, stackPointer: call.stackPointer };
}

function takeNamespace(
  process: Draft,
  item: record.WalkRecord,
  bytes: Uint8Array,
  { namespaces }: Known,
): void {
  const text = textOf(bytes, item.start, item.end);
  const link = understood(namespaces, text, decodeNamespace);
  if (link === undefined) fail(process, "ns", -EBADMSG);
  else process.namespaces.set(link.name, link.inode);
}

function understood<Value>(
  known: Map<string, Value>,
  text: string,
  decode: (text: string) => Value,
): Value {
  const before = known.get(text);
  if (before !== undefined) return before;
  const value = decode(text);
  known.set(text, value);
  return value;
}

function takeDescriptors(process: Draft, item: record.WalkRecord): void {
  process.descriptors = item.error === 0 ? [] : undefined;
}

function takeDescriptor(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  const target = item.error === 0 ? textOf(bytes, item.start, item.end) : "";
  process.descriptors?.push({ fd: item.id, target, kind: descriptorKind(target) });
}

function takeMappings(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  process.mappings = decodeMaps(contents(item, bytes));
}
