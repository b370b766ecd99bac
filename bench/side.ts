/**
 * What a process that plays an end begins and ends with: its parameters, the clock, and the line
 * of JSON that it prints. bench/twin.h is the same in C.
 */

/** What the runner asks of the process. */
export interface Side {
  readonly workload: string;
  readonly role: string;
  readonly sizeBytes: number;
  /** Messages that go before the measured ones, so that the code is compiled and the caches warm. */
  readonly warmup: number;
  /** All messages, those of the warm-up included. */
  readonly messages: number;
  /** What the ends share, as the room's share() gave it. */
  readonly shared: readonly string[];
}

/** Reads the parameters of this process. */
export function sideOf(args: readonly string[]): Side {
  const [workload = "", role = "", sizeBytes, warmup, messages, ...shared] = args;
  return {
    workload,
    role,
    sizeBytes: Number(sizeBytes),
    warmup: Number(warmup),
    messages: Number(messages),
    shared,
  };
}

/** What an end of a workload does: it gives the sum of what it received, or 0. */
export type Play = (side: Side, clock: Clock) => number | Promise<number>;

/** Started at the end of the warm-up; the runner reads the one of the first end. */
export class Clock {
  #started = 0n;

  start(): void {
    this.#started = process.hrtime.bigint();
  }

  elapsed(): number {
    return Number(process.hrtime.bigint() - this.#started);
  }
}

/** Plays the end that the parameters name, and prints its time and its sum. */
export async function play(plays: Readonly<Record<string, Play>>): Promise<void> {
  const side = sideOf(process.argv.slice(2));
  const chosen = plays[`${side.workload} ${side.role}`];
  if (chosen === undefined) throw new RangeError(`No end ${side.role} of ${side.workload}`);
  const clock = new Clock();
  clock.start();
  const sum = await chosen(side, clock);
  const nanoseconds = clock.elapsed();
  console.log(JSON.stringify({ nanoseconds, messages: side.messages - side.warmup, sum }));
}
