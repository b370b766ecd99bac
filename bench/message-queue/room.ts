/** What is measured of message queues. */
import { SysvMessageQueue } from "linux-ipc/message-queue";
import type { BenchRoom, End, Placement, Shared, Workload } from "../runner/declaration.ts";

const sizesBytes = [64, 1024, 8192];
const placements: readonly Placement[] = ["same", "cross"];

const pingPong: readonly End[] = [
  { role: "near", receives: true },
  { role: "far", receives: true },
];

const oneWay: readonly End[] = [
  { role: "receiver", receives: true },
  { role: "sender", receives: false },
];

/** Across processors a message takes so long that compiled code makes little difference. */
function untilCompiled(placement: Placement): number {
  return placement === "same" ? 20_000 : 4_000;
}

/** What our threads take is many times what our code takes. */
const untilThreadsRun = 2_000;

/** Both ends in one process. */
const alone: readonly End[] = [{ role: "alone", receives: true }];

/**
 * Ends that try and try again on one processor would measure the scheduler's time slice; there
 * both are one process, and what is measured is the calls alone.
 */
function trying(ends: readonly End[]): (placement: Placement) => readonly End[] {
  return (placement) => (placement === "same" ? alone : ends);
}

const workloads: readonly Workload[] = [
  {
    name: "sysv blocking ping-pong",
    unit: "ns/round-trip",
    sizesBytes,
    placements,
    warmup: untilCompiled,
    ends: () => pingPong,
    peers: ["svmq"],
  },
  {
    name: "sysv blocking ping-pong into",
    unit: "ns/round-trip",
    sizesBytes,
    placements: ["same"],
    warmup: () => 20_000,
    ends: () => pingPong,
    peers: [],
  },
  {
    name: "sysv blocking one-way",
    unit: "ns/message",
    sizesBytes,
    placements,
    warmup: untilCompiled,
    ends: () => oneWay,
    peers: ["svmq"],
  },
  {
    name: "sysv blocking one-way into",
    unit: "ns/message",
    sizesBytes,
    placements: ["same"],
    warmup: () => 20_000,
    ends: () => oneWay,
    peers: [],
  },
  {
    name: "sysv try pairs",
    unit: "ns/pair",
    sizesBytes,
    placements: ["same"],
    warmup: () => 20_000,
    ends: () => alone,
    peers: [],
  },
  {
    name: "sysv try pairs into",
    unit: "ns/pair",
    sizesBytes,
    placements: ["same"],
    warmup: () => 20_000,
    ends: () => alone,
    peers: [],
  },
  {
    name: "sysv try ping-pong",
    unit: "ns/round-trip",
    sizesBytes,
    placements,
    warmup: () => 20_000,
    ends: trying(pingPong),
    peers: [],
  },
  {
    name: "sysv try ping-pong into",
    unit: "ns/round-trip",
    sizesBytes,
    placements: ["same"],
    warmup: () => 20_000,
    ends: () => alone,
    peers: [],
  },
  {
    name: "sysv try one-way",
    unit: "ns/message",
    sizesBytes,
    placements,
    warmup: () => 20_000,
    ends: trying(oneWay),
    peers: [],
  },
  {
    name: "sysv try one-way into",
    unit: "ns/message",
    sizesBytes,
    placements: ["same"],
    warmup: () => 20_000,
    ends: () => alone,
    peers: [],
  },
  {
    name: "sysv waiting ping-pong",
    unit: "ns/round-trip",
    sizesBytes,
    placements,
    warmup: () => untilThreadsRun,
    ends: () => pingPong,
    peers: ["svmq"],
  },
  {
    name: "sysv waiting one-way",
    unit: "ns/message",
    sizesBytes,
    placements,
    warmup: () => untilThreadsRun,
    ends: () => oneWay,
    peers: ["svmq"],
  },
];

/** Two private queues, which nobody finds by a key and which are removed whatever happens. */
function share(): Shared {
  const queues: SysvMessageQueue[] = [];
  const destroy = (): void => {
    for (const queue of queues.splice(0)) {
      queue.remove();
      queue.close();
    }
  };
  try {
    for (let i = 0; i < 2; i++) queues.push(SysvMessageQueue.open(0));
  } catch (error) {
    destroy();
    throw error;
  }
  return { parameters: queues.map(({ id }) => String(id)), destroy };
}

export const room: BenchRoom = {
  workloads,
  // svmq asks for at most 4052 bytes, and a longer message fails with E2BIG.
  peers: [{ name: "svmq", version: "1.0.7", script: "svmq.js", sizeBytesMax: 4052 }],
  share,
};
