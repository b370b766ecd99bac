/** What is measured of shared memory. */
import { SysvSharedMemory } from "linux-ipc/shared-memory";
import type { BenchRoom, End, Shared, Workload } from "../runner/declaration.ts";

const alone: readonly End[] = [{ role: "alone", receives: true }];
/** Nothing is read, so nothing is summed up. */
const blind: readonly End[] = [{ role: "alone", receives: false }];

/** As long as the largest size, and made of pages that were touched. */
const segmentBytes = 1024 * 1024;

function workload(
  name: string,
  unit: string,
  ends: readonly End[],
  sizesBytes: readonly number[],
): Workload {
  const once = { placements: ["same"] as const, warmup: () => 5_000, peers: [] };
  return { name, unit, sizesBytes, ends: () => ends, ...once };
}

const copies = [64, 1024, 16_384, 65_536, segmentBytes];

const workloads: readonly Workload[] = [
  workload("sysv attach and detach", "ns/pair", blind, [segmentBytes]),
  workload("sysv attach, touch and detach", "ns/pair", alone, [segmentBytes]),
  workload("sysv copy in", "ns/copy", alone, copies),
  workload("sysv copy out", "ns/copy", alone, copies),
];

/** A private segment, which nobody finds by a key and which is removed whatever happens. */
function share(): Shared {
  const segment = SysvSharedMemory.open(0, { create: true, sizeBytes: segmentBytes });
  try {
    using memory = segment.attach();
    memory.bytes.fill(0);
  } catch (error) {
    segment.remove();
    throw error;
  }
  return { parameters: [String(segment.id)], destroy: () => segment.remove() };
}

export const room: BenchRoom = { workloads, peers: [], share };
