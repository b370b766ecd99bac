/** Measures ours, the twin and the peers of one workload in turns, and compares their medians. */
import { undoLater } from "./cleanup.ts";
import type { End, Placement, Shared } from "./declaration.ts";
import { median, rounded } from "./statistics.ts";
import { type Player, runTrial, type Trial } from "./trial.ts";

/** One workload in one size and placement. */
export interface Contest {
  readonly room: string;
  readonly workload: string;
  readonly unit: string;
  readonly sizeBytes: number;
  readonly placement: Placement;
  /** The fewest messages that go before the measured ones. */
  readonly warmup: number;
  readonly ends: readonly End[];
  readonly cpus: readonly number[];
  readonly ours: Player;
  readonly twin: Player;
  readonly peers: readonly Player[];
}

/** What one contest gave, in the words of `--json`. */
export interface Result {
  readonly room: string;
  readonly workload: string;
  readonly sizeBytes: number;
  readonly placement: Placement;
  readonly unit: string;
  readonly ours: number;
  readonly twin: number;
  /** ours / twin: below 1 is faster than C. */
  readonly ratio: number;
  /** Name to value. */
  readonly peers: Readonly<Record<string, number>>;
  readonly runs: number;
  readonly node: string;
}

/** How long and how often. */
export interface Pace {
  readonly runs: number;
  /** About how long one measurement is to take; undefined measures the fewest messages. */
  readonly trialMs: number | undefined;
}

/** What a trial sends: some messages that are not measured, then those that are. */
interface Amount {
  readonly warmup: number;
  readonly measured: number;
}

/** At least a fifth of all messages are not measured. */
const warmupShare = 1 / 4;
/** What the first, uncounted trial of each player measures: its time says how many to send after. */
const probe = 2_000;
const measuredMax = 2_000_000;
const quick: Amount = { warmup: 50, measured: 150 };
/** Peers take a hundred times as long in their threads as in their JavaScript. */
const peerWarmupMax = 1_000;

/** @throws Error when an end fails or a sum is wrong. */
export async function compare(
  contest: Contest,
  pace: Pace,
  share: () => Shared,
  signal?: AbortSignal,
): Promise<Result> {
  const { ours, twin, peers } = contest;
  const players = [ours, twin, ...peers];
  const times = new Map<Player, number[]>(players.map((player) => [player, []]));
  const amounts = await amountsOf(contest, pace, share, signal);
  for (let run = 0; run < pace.runs; run++) {
    const order = run % 2 === 0 ? players : players.toReversed();
    for (const player of order) {
      const trial = trialOf(contest, amounts.get(player) ?? quick);
      times.get(player)?.push(await once(player, trial, share, signal));
    }
  }
  const medianOf = (player: Player): number => median(times.get(player) ?? []);
  return resultOf(contest, pace, medianOf);
}

function resultOf(contest: Contest, pace: Pace, medianOf: (player: Player) => number): Result {
  const { room, workload, sizeBytes, placement, unit, ours, twin, peers } = contest;
  return {
    room,
    workload,
    sizeBytes,
    placement,
    unit,
    ours: rounded(medianOf(ours)),
    twin: rounded(medianOf(twin)),
    ratio: rounded(medianOf(ours) / medianOf(twin), 3),
    peers: Object.fromEntries(peers.map((peer) => [peer.name, rounded(medianOf(peer))])),
    runs: pace.runs,
    node: process.version,
  };
}

/**
 * How much each player sends in a trial. Ours and the twin send the same number of messages, which
 * the slower of them can send in the time; a peer that is many times slower has its own.
 */
async function amountsOf(
  contest: Contest,
  { trialMs }: Pace,
  share: () => Shared,
  signal?: AbortSignal,
): Promise<Map<Player, Amount>> {
  const { ours, twin, peers } = contest;
  if (trialMs === undefined) return new Map();
  const within = async (player: Player, warmup: number): Promise<number> => {
    const trial = trialOf(contest, { warmup, measured: probe });
    const spent = await once(player, trial, share, signal);
    return Math.min(measuredMax, Math.max(probe, Math.floor((trialMs * 1e6) / spent)));
  };
  const { warmup } = contest;
  const both = amountOf(warmup, Math.min(await within(ours, warmup), await within(twin, warmup)));
  const amounts = new Map([ours, twin].map((player) => [player, both]));
  for (const peer of peers) {
    const fewer = Math.min(warmup, peerWarmupMax);
    amounts.set(peer, amountOf(fewer, await within(peer, fewer)));
  }
  return amounts;
}

function amountOf(warmup: number, measured: number): Amount {
  return { warmup: Math.max(warmup, Math.ceil(measured * warmupShare)), measured };
}

function trialOf(contest: Contest, { warmup, measured }: Amount): Omit<Trial, "shared"> {
  const { workload, ends, sizeBytes, cpus } = contest;
  return { workload, ends, sizeBytes, cpus, warmup, messages: warmup + measured };
}

/** A trial with new shared things, which are gone after it whatever happens. */
async function once(
  player: Player,
  trial: Omit<Trial, "shared">,
  share: () => Shared,
  signal?: AbortSignal,
): Promise<number> {
  const shared = share();
  const destroy = undoLater(() => shared.destroy());
  try {
    return await runTrial(player, { ...trial, shared: shared.parameters }, signal);
  } finally {
    destroy();
  }
}
