/** What `npm run bench -- …` understands. */
import { parseArgs } from "node:util";

export interface BenchArguments {
  /** The rooms to measure, by the name of their folder; none means all. */
  readonly rooms: readonly string[];
  readonly form: "table" | "json" | "markdown";
  /** Only workloads whose name contains this. */
  readonly only: string;
  /** How often each side is measured. */
  readonly runs: number;
  /** Few messages, one run, no peers: shows that everything runs, measures nothing. */
  readonly quick: boolean;
  readonly peers: boolean;
}

/** Fewer say nothing about a median. */
const RUNS_MIN = 5;

/** How the command is called. */
export const usage: string = `npm run bench -- [room…] [option…]
  --json        one object a line
  --markdown    the machine and the table as docs/performance.md has them
  --only WORDS  only workloads whose name contains WORDS
  --runs N      measure every side N times, ${RUNS_MIN} or more (default ${RUNS_MIN})
  --no-peers    without the packages that are measured beside ours
  --quick       few messages, one run, no peers: does everything run?`;

const options = {
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  only: { type: "string", default: "" },
  runs: { type: "string", default: String(RUNS_MIN) },
  "no-peers": { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
} as const;

/** @throws RangeError or TypeError that says what is wrong. */
export function parseArguments(args: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { json, markdown, only, quick } = values;
  if (json && markdown) throw new RangeError("Either --json or --markdown, not both");
  const form = json ? "json" : markdown ? "markdown" : "table";
  const runs = quick ? 1 : runsOf(values.runs);
  return { rooms: positionals, form, only, runs, quick, peers: !quick && !values["no-peers"] };
}

function runsOf(word: string): number {
  const runs = Number(word);
  if (Number.isInteger(runs) && runs >= RUNS_MIN) return runs;
  throw new RangeError(`Wrong --runs ${word}: expected ${RUNS_MIN} or more`);
}
