/** Every FIFO that somebody has open, or opens, with all who do. */
import type { View } from "../../io/room.ts";
import { type DescriptorWait, descriptorWaits } from "../../io/seeing/descriptor-waits.ts";
import type { Held } from "../../io/seeing/descriptors.ts";
import type { PipeUse } from "../../io/seeing/pipe-use.ts";
import { fileNamed } from "../../io/seeing/places.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";
import { type Fifo, fifoOf, type OpenFifos } from "./open-fifos.ts";
import type { Opening } from "./openings.ts";

/** A FIFO, and who has to do with it. */
export interface FifoUse extends PipeUse {
  readonly fifo: Fifo;
  readonly openings: readonly Opening[];
  /** The other words for it. */
  readonly aliases: readonly string[];
  /** As who has it open calls it; "(deleted)" is left away. */
  readonly path: string | null;
}

/** The same while it is put together. */
interface Growing {
  readonly fifo: Fifo;
  readonly holders: Held[];
  readonly waits: DescriptorWait[];
  readonly openings: Opening[];
}

/** One for each device and inode. */
export function fifoUses(
  view: View,
  open: OpenFifos["found"],
  openings: readonly Opening[],
): readonly FifoUse[] {
  const all = new Map<string, Growing>();
  const of = (fifo: Fifo): Growing => {
    const known = all.get(fifo.key);
    if (known !== undefined) return known;
    const fresh = { fifo, holders: [], waits: [], openings: [] };
    all.set(fifo.key, fresh);
    return fresh;
  };
  const byDescriptor = new Map<Descriptor, Growing>();
  for (const { held, fifo } of open) {
    const use = of(fifo);
    use.holders.push(held);
    byDescriptor.set(held.descriptor, use);
  }
  for (const opening of openings) of(opening.fifo).openings.push(opening);
  for (const kind of ["file", "deleted", "device"]) {
    for (const wait of descriptorWaits(view, kind)) {
      byDescriptor.get(wait.descriptor)?.waits.push(wait);
    }
  }
  return [...all.values()].map((use) => named(view, use));
}

function named(view: View, use: Growing): FifoUse {
  const { inode, major, minor } = use.fifo.status;
  const paths = pathsOf(view, use).filter((path) => hasName(view, path, use.fifo));
  const number = `fifo:${use.fifo.key}`;
  const [address = number, ...others] = paths.map((path) => `fifo:${path}`);
  const aliases = address === number ? others : [...others, number];
  const path = use.holders[0]?.descriptor.target ?? use.openings[0]?.path ?? null;
  const plain = path?.replace(/ \(deleted\)$/, "") ?? null;
  return { ...use, address, aliases, path: plain, inode, device: { major, minor } };
}

/** More names than these are not looked up. */
const NAMES_MAX = 8;

/** The names under which those of our mount namespace know it, in order. */
function pathsOf(view: View, { holders, openings }: Growing): string[] {
  const names = new Set<string>();
  for (const { process, descriptor } of holders) {
    if (isHere(view, process) && descriptor.kind !== "deleted") names.add(descriptor.target);
  }
  for (const { thread, path } of openings) {
    if (path !== undefined && isHere(view, thread.process)) names.add(path);
  }
  return [...names].sort().slice(0, NAMES_MAX);
}

function isHere(view: View, { namespaces }: Held["process"]): boolean {
  return view.namespaces.mnt !== null && namespaces.get("mnt") === view.namespaces.mnt;
}

/** A name may have gone to another file since, or be one of another root. */
function hasName(view: View, path: string, { key }: Fifo): boolean {
  const status = fileNamed(view, path);
  return status?.type === "fifo" && fifoOf(status).key === key;
}
