/** What is measured of semaphores. They carry no bytes, so the ends check the values at the end. */
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import type { BenchRoom, End, Placement, Shared, Workload } from "../runner/declaration.ts";

const placements: readonly Placement[] = ["same", "cross"];
const sizesBytes = [0];

const pingPong: readonly End[] = [
  { role: "near", receives: false },
  { role: "far", receives: false },
];

const alone: readonly End[] = [{ role: "alone", receives: false }];

/** Across processors a turn takes so long that compiled code makes little difference. */
function untilCompiled(placement: Placement): number {
  return placement === "same" ? 20_000 : 4_000;
}

const workloads: readonly Workload[] = [
  {
    name: "sysv blocking ping-pong",
    unit: "ns/round-trip",
    sizesBytes,
    placements,
    warmup: untilCompiled,
    ends: () => pingPong,
    peers: [],
  },
  {
    name: "sysv blocking ping-pong of arrays",
    unit: "ns/round-trip",
    sizesBytes,
    placements: ["same"],
    warmup: untilCompiled,
    ends: () => pingPong,
    peers: [],
  },
  {
    name: "sysv waiting ping-pong",
    unit: "ns/round-trip",
    sizesBytes,
    placements,
    warmup: () => 2_000,
    ends: () => pingPong,
    peers: [],
  },
  ...["sysv try pairs", "sysv try pairs undo", "sysv try pairs of arrays"].map((name) => ({
    name,
    unit: "ns/pair",
    sizesBytes,
    placements: ["same"] as const,
    warmup: () => 20_000,
    ends: () => alone,
    peers: [],
  })),
];

/** A private set: 0 and 1 are the ways there and back, 2 is for pairs. */
function share(): Shared {
  const set = SysvSemaphoreSet.open(0, { create: true, initial: [0, 0, 1] });
  return {
    parameters: [String(set.id)],
    destroy: () => {
      set.remove();
      set.close();
    },
  };
}

export const room: BenchRoom = { workloads, peers: [], share };
