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
  const once = { placements: ["same"] as const, warmup: () => 20_000, peers: [] };
  return { name, unit, sizesBytes, ends: () => ends, ...once };
}

const copies = [64, 1024, 16_384, 65_536, segmentBytes];

const workloads: readonly Workload[] = [
  workload("sysv attach and detach", "ns/pair", blind, [segmentBytes]),
  workload("sysv attach, touch and detach", "ns/pair", alone, [segmentBytes]),
  workload("sysv copy in", "ns/copy", alone, copies),
  workload("sysv copy out", "ns/copy", alone, copies),
];

/** Room for the other side of a copy, which begins in the middle of a page: see docs/performance.md. */
const besideBytes = segmentBytes + 4096;

/** Two private segments, which nobody finds by a key and which are removed whatever happens. */
function share(): Shared {
  const segments: SysvSharedMemory[] = [];
  const destroy = (): void => {
    for (const segment of segments.splice(0)) segment.remove();
  };
  try {
    for (const sizeBytes of [segmentBytes, besideBytes]) {
      const segment = SysvSharedMemory.open(0, { create: true, sizeBytes });
      segments.push(segment);
      using memory = segment.attach();
      memory.bytes.fill(0);
    }
  } catch (error) {
    destroy();
    throw error;
  }
  return { parameters: segments.map(({ id }) => String(id)), destroy };
}

export const room: BenchRoom = { workloads, peers: [], share };
