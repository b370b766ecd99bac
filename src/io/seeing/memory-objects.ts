/**
 * The memory that processes share or could share, object by object: what is mapped shared, what is
 * named in /dev/shm, and what memfd_create(2) made; with everybody who has it mapped or open.
 */
import type { Mapping } from "../../wire/proc/maps.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { View } from "../room.ts";
import type { Held } from "./descriptors.ts";
import { fileAtExactly, isNear, type NamedFile } from "./file-at.ts";
import { fileKey, type OpenFile } from "./files.ts";
import { deviceKey, isKernelMemory, kernelMemory } from "./kernel-memory.ts";
import { filesHeld, memfdsHeld } from "./memory-descriptors.ts";
import { addressIn } from "./namespaces.ts";
import { oncePerView } from "./once.ts";
import { mountsHere } from "./path-here.ts";
import { type PosixName, posixMemory } from "./posix-memory.ts";

/** A shared mapping, and whose it is. */
export interface Mapped {
  readonly process: Process;
  readonly mapping: Mapping;
}

/** One piece of memory. */
export interface MemoryObject {
  /** Who it is among all of one look. */
  readonly key: string;
  /** "shm" is a System V segment, which has its own seeing. */
  readonly kind: "shm" | "pshm" | "psem" | "memfd" | "map";
  readonly address: string;
  readonly major: number;
  readonly minor: number;
  readonly inode: number | bigint;
  /** What one of those who have it calls it; it never says which file it is. "" where none has. */
  readonly path: string;
  /** Its file, where it has a name that we can reach. */
  readonly file: NamedFile | undefined;
  /** The same through a descriptor, of memory that has no name. */
  readonly open: OpenFile | undefined;
  /** Of what is named in /dev/shm. */
  readonly name: PosixName | undefined;
  readonly mappings: readonly Mapped[];
  readonly descriptors: readonly Held[];
}

type Draft = { -readonly [Field in keyof MemoryObject]: MemoryObject[Field] } & {
  readonly mappings: Mapped[];
  readonly descriptors: Held[];
};

/** By key; memoryKey() gives that of a mapping. */
export const memoryObjects: (view: View) => ReadonlyMap<string, MemoryObject> = oncePerView(
  (view) => {
    const drafts = new Map<string, Draft>();
    for (const name of posixMemory(view).names.values()) drafts.set(name.key, namedDraft(name));
    addMappings(view, drafts);
    for (const { held, file } of memfdsHeld(view)) {
      const key = memfdKey(file.key);
      const draft = drafts.get(key) ?? draftOf(key, "memfd", file, held.descriptor.target);
      drafts.set(key, draft);
      draft.open ??= file;
      draft.descriptors.push(held);
    }
    nameAll(view, drafts);
    for (const { held, key } of filesHeld(view, drafts)) drafts.get(key)?.descriptors.push(held);
    return drafts;
  },
);

function namedDraft(name: PosixName): Draft {
  const { kind, key, address } = name;
  return { ...draftOf(key, kind, name, ""), address, file: name, name };
}

function draftOf(
  key: string,
  kind: Draft["kind"],
  { major, minor, inode }: Pick<Mapping, "major" | "minor" | "inode">,
  path: string,
): Draft {
  const nothing = { file: undefined, open: undefined, name: undefined };
  const holders = { mappings: [], descriptors: [] };
  return { key, kind, address: "", major, minor, inode, path, ...nothing, ...holders };
}

function addMappings(view: View, drafts: Map<string, Draft>): void {
  const unshared = devicesWithoutMemory(view);
  for (const process of view.processes.processes.values()) {
    for (const mapping of process.mappings ?? []) {
      const what = whatIs(process, mapping, unshared);
      if (what === undefined) continue;
      const { key, kind } = what;
      const draft = drafts.get(key) ?? draftOf(key, kind, mapping, mapping.path);
      drafts.set(key, draft);
      if (draft.path === "" || draft.path.endsWith(DELETED)) draft.path = mapping.path;
      draft.mappings.push({ process, mapping });
    }
  }
}

/** What the kernel writes behind the path of what has no name any more. */
export const DELETED = " (deleted)";

/** The key of what a process has mapped; undefined for what is no memory between processes. */
export function memoryKey(view: View, process: Process, mapping: Mapping): string | undefined {
  return whatIs(process, mapping, devicesWithoutMemory(view))?.key;
}

const segmentPath = /^\/SYSV[\da-f]{8} \(deleted\)$/;

/** The number of a segment is its id, and so the same in every IPC namespace, and as any memfd's. */
function whatIs(
  { namespaces }: Process,
  { shared, major, minor, inode, path }: Mapping,
  unshared: ReadonlySet<string>,
): { readonly key: string; readonly kind: "shm" | "memfd" | "map" } | undefined {
  if (!shared || !path.startsWith("/")) return undefined;
  const key = fileKey(major, minor, inode);
  if (isKernelMemory(major, minor)) {
    if (path.startsWith("/memfd:")) return { key: memfdKey(key), kind: "memfd" };
    if (anonymous.has(path)) return { key, kind: "map" };
    if (!segmentPath.test(path)) return undefined;
    return { key: `shm ${namespaces.get("ipc") ?? "?"} ${key}`, kind: "shm" };
  }
  if (inode === 0 || unshared.has(deviceKey(major, minor)) || isDevicePath(path)) return undefined;
  return { key, kind: "map" };
}

function memfdKey(key: string): string {
  return `memfd ${key}`;
}

/** Shared anonymous memory, of ordinary and of huge pages (mm/shmem.c, mm/mmap.c). */
const anonymous: ReadonlySet<string> = new Set(["/dev/zero (deleted)", "/anon_hugepage (deleted)"]);

/** Device files, buffers of drivers, rings of aio, memory that is kept from everybody else. */
const devicePath = /^\/(?:dev\/(?!shm\/|hugepages\/)|\[aio\]|dmabuf:|secretmem \(deleted\)$)/;

function isDevicePath(path: string): boolean {
  return devicePath.test(path);
}

/** File systems whose files are windows to the kernel or to hardware. */
const windows = new Set([
  "devtmpfs",
  "sysfs",
  "proc",
  "tracefs",
  "debugfs",
  "securityfs",
  "bpf",
  "cgroup",
  "cgroup2",
]);

const devicesWithoutMemory: (view: View) => ReadonlySet<string> = oncePerView((view) => {
  const mounts = mountsHere(view).filter(({ type }) => windows.has(type));
  return new Set(mounts.map(({ major, minor }) => deviceKey(major, minor)));
});

function nameAll(view: View, drafts: ReadonlyMap<string, Draft>): void {
  const { devices } = posixMemory(view);
  for (const draft of drafts.values()) {
    if (draft.kind === "shm") draft.address = segmentAddress(view, draft);
    else if (draft.kind === "memfd") draft.address = `memfd:${numbersOf(draft)}`;
    else if (draft.kind === "map") nameMapping(view, draft, devices);
  }
}

/** What is on the kernel's own device of ordinary pages is known by its inode number alone. */
function numbersOf({ major, minor, inode }: Draft): string {
  const isOrdinary = deviceKey(major, minor) === kernelMemory().ordinary;
  return isOrdinary ? String(inode) : fileKey(major, minor, inode);
}

function segmentAddress({ namespaces }: View, { inode, mappings }: Draft): string {
  const theirs = mappings[0]?.process.namespaces.get("ipc") ?? null;
  return addressIn(theirs, namespaces.ipc, `shm:${inode}`);
}

/** The last name of a semaphore that was unlinked, as Python does with each that it makes. */
const semaphorePath = /^\/dev\/shm\/sem\.[^/]+ \(deleted\)$/s;

function nameMapping(view: View, draft: Draft, devices: ReadonlySet<string>): void {
  const { major, minor, path } = draft;
  if (devices.has(deviceKey(major, minor)) && semaphorePath.test(path)) {
    draft.kind = "psem";
    draft.address = `psem:${draft.key}`;
    return;
  }
  draft.address = `map:${numbersOf(draft)}`;
  if (isKernelMemory(major, minor)) return;
  const place = unescaped(path);
  if (!isNear(mountsHere(view), place)) return;
  const file = fileAtExactly(place);
  if (file?.key !== draft.key) return;
  draft.file = file;
  draft.address = `map:${place}`;
}

/** /proc/PID/maps writes a newline as \012, and nothing else so. */
function unescaped(path: string): string {
  return path.replaceAll("\\012", "\n");
}
