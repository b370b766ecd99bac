/** Measures ours, the twin and the peers of one workload in turns, and compares their medians. */
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

/** The part of a trial's messages that is not measured. */
const warmupShare = 0.3;
/** What the first, uncounted trial of each player sends: its time says how many to send after. */
const probeMessages = 2_000;
const quickMessages = 200;
const messagesMax = 2_000_000;

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
  const messages = await counts(contest, pace, share, signal);
  for (let run = 0; run < pace.runs; run++) {
    const order = run % 2 === 0 ? players : players.toReversed();
    for (const player of order) {
      const trial = trialOf(contest, messages.get(player) ?? quickMessages);
      times.get(player)?.push(await once(player, trial, share, signal));
    }
  }
  const valueOf = (player: Player): number => median(times.get(player) ?? []);
  return resultOf(contest, pace, valueOf);
}

function resultOf(contest: Contest, pace: Pace, valueOf: (player: Player) => number): Result {
  const { room, workload, sizeBytes, placement, unit, ours, twin, peers } = contest;
  return {
    room,
    workload,
    sizeBytes,
    placement,
    unit,
    ours: rounded(valueOf(ours)),
    twin: rounded(valueOf(twin)),
    ratio: rounded(valueOf(ours) / valueOf(twin), 3),
    peers: Object.fromEntries(peers.map((peer) => [peer.name, rounded(valueOf(peer))])),
    runs: pace.runs,
    node: process.version,
  };
}

/**
 * How many messages each player sends in a trial. Ours and the twin send the same number, which
 * the slower of them can send in the time; a peer that is many times slower has its own.
 */
async function counts(
  contest: Contest,
  { trialMs }: Pace,
  share: () => Shared,
  signal?: AbortSignal,
): Promise<Map<Player, number>> {
  const { ours, twin, peers } = contest;
  if (trialMs === undefined) return new Map();
  const within = async (player: Player): Promise<number> => {
    const spent = await once(player, trialOf(contest, probeMessages), share, signal);
    const all = Math.floor((trialMs * 1e6) / spent);
    return Math.min(messagesMax, Math.max(probeMessages, all));
  };
  const both = Math.min(await within(ours), await within(twin));
  const messages = new Map([ours, twin].map((player) => [player, both]));
  for (const peer of peers) messages.set(peer, await within(peer));
  return messages;
}

function trialOf(contest: Contest, messages: number): Omit<Trial, "shared"> {
  const { workload, ends, sizeBytes, cpus } = contest;
  const warmup = Math.ceil(messages * warmupShare);
  return { workload, ends, sizeBytes, cpus, warmup, messages };
}

/** A trial with new shared things, which are gone after it whatever happens. */
async function once(
  player: Player,
  trial: Omit<Trial, "shared">,
  share: () => Shared,
  signal?: AbortSignal,
): Promise<number> {
  const shared = share();
  try {
    return await runTrial(player, { ...trial, shared: shared.parameters }, signal);
  } finally {
    shared.destroy();
  }
}
