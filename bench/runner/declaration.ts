/**
 * What a room declares to be measured. bench/NAME/room.ts exports one value of BenchRoom; the
 * runner finds it by its folder, and knows no mechanism by name.
 */

/** Both ends on one processor, or each on its own. */
export type Placement = "same" | "cross";

/** One process of a measurement. The first end of a workload is the one that measures. */
export interface End {
  readonly role: string;
  /** Whether it sees every message, so that its sum must be that of all of them. */
  readonly receives: boolean;
}

/** One thing to measure, in every size and placement. */
export interface Workload {
  /**
   * Words in this order: `sysv` or `posix` where both exist; `blocking`, `try` or `waiting`; then
   * `ping-pong`, `one-way`, `pairs`.
   */
  readonly name: string;
  /** What the figures count: "ns/round-trip". */
  readonly unit: string;
  readonly sizesBytes: readonly number[];
  readonly placements: readonly Placement[];
  /** How many messages our code needs before it is compiled; at least these are not measured. */
  warmup(placement: Placement): number;
  ends(placement: Placement): readonly End[];
  /** The names of the peers that are measured beside it. */
  readonly peers: readonly string[];
}

/** A package of the registry that does the same, which is measured beside ours. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** The compiled script that plays its ends, beside the room's declaration: "svmq.js". */
  readonly script: string;
  /** The longest message that it can receive. */
  readonly sizeBytesMax: number;
}

/** What the ends of a measurement share, made before it and destroyed after it. */
export interface Shared {
  /** Given to every end after its own parameters. */
  readonly parameters: readonly string[];
  destroy(): void;
}

/** Everything to measure in one room. */
export interface BenchRoom {
  readonly workloads: readonly Workload[];
  readonly peers: readonly Peer[];
  share(): Shared;
}
