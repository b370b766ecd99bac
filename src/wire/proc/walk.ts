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
  const draft = beginWalk();
  addRecords(draft, bytes);
  if (!draft.isWhole) throw cutOff(bytes.length);
  return endWalk(draft);
}

function cutOff(offset: number): WireError {
  return new WireError("ERR_WIRE_TRUNCATED", offset, "The walk's records have no end");
}

/** A walk whose records come piece by piece. */
export interface WalkDraft {
  readonly processes: Map<number, Draft>;
  readonly known: Known;
  vanished: number;
  truncated: boolean;
  /** The record has come that ends all. */
  isWhole: boolean;
}

/** No records yet. */
export function beginWalk(): WalkDraft {
  const known: Known = { cgroups: new Map(), namespaces: new Map() };
  return { processes: new Map(), known, vanished: 0, truncated: false, isWhole: false };
}

/** The walk, as far as its records have come. */
export function endWalk({ processes, vanished, truncated }: WalkDraft): Walk {
  // Several threads walk, and the one that ends first says nothing about its processes.
  const inOrder = new Map([...processes].sort(([left], [right]) => left - right));
  return { processes: inOrder, vanished, truncated };
}

/**
 * Adds one piece, which begins with a process.
 * @throws WireError as decodeWalk() does
 */
export function addRecords(draft: WalkDraft, bytes: Uint8Array): void {
  const { processes, known } = draft;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let process: Draft | undefined;
  let offset = 0;
  while (offset < bytes.length) {
    const item = record.decodeRecord(view, offset);
    if (item.tag === record.TAG_END) {
      draft.truncated = (item.flags & record.FLAG_TRUNCATED) !== 0;
      draft.vanished = Math.max(0, item.id);
      draft.isWhole = true;
      return;
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
  [record.TAG_FDINFO, { file: "fdinfo", read: takeFdinfo }],
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
  if (process.descriptors === undefined) return;
  process.descriptors.push(item.error === 0 ? descriptorOf(item, bytes) : unreadable(item.id));
}

function unreadable(fd: number): Descriptor {
  return { fd, target: "", kind: "unknown", inode: null, access: null, info: undefined };
}

/** Most are pipes and sockets, whose text is but a number: reading that is four times as fast. */
function descriptorOf(item: record.WalkRecord, bytes: Uint8Array): Descriptor {
  const access = accessOf(item.flags);
  const inode = numberIn(bytes, item.start, item.end);
  if (inode === undefined) {
    const target = textOf(bytes, item.start, item.end);
    return {
      fd: item.id,
      target,
      kind: descriptorKind(target),
      inode: null,
      access,
      info: undefined,
    };
  }
  const kind = bytes[item.start] === LETTER_P ? "pipe" : "socket";
  return { fd: item.id, target: `${kind}:[${inode}]`, kind, inode, access, info: undefined };
}

const LETTER_P = 0x70;

/** The number in "pipe:[42]" and "socket:[42]"; undefined in any other text. */
function numberIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  const prefix = bytes[start] === LETTER_P ? pipePrefix : socketPrefix;
  const digits = end - 1 - start - prefix.length;
  if (digits < 1 || digits > 15 || bytes[end - 1] !== 0x5d) return undefined;
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[start + index] !== prefix[index]) return undefined;
  }
  let value = 0;
  for (let at = start + prefix.length; at < end - 1; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

const pipePrefix = new TextEncoder().encode("pipe:[");
const socketPrefix = new TextEncoder().encode("socket:[");

function accessOf(flags: number): Descriptor["access"] {
  if ((flags & record.FLAG_ACCESS) === 0) return null;
  const write = (flags & record.FLAG_WRITE) !== 0;
  if ((flags & record.FLAG_READ) !== 0) return write ? "read-write" : "read";
  return write ? "write" : null;
}

/** It follows the descriptor that it is about. */
function takeFdinfo(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  const last = process.descriptors?.at(-1);
  if (process.descriptors === undefined || last?.fd !== item.id) return;
  process.descriptors[process.descriptors.length - 1] = {
    ...last,
    info: textOf(bytes, item.start, item.end),
  };
}

function takeMappings(process: Draft, item: record.WalkRecord, bytes: Uint8Array): void {
  process.mappings = decodeMaps(contents(item, bytes));
}
