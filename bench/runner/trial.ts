/**
 * One measurement: starts the ends, each pinned to its processor, waits for what they print, and
 * checks the sums. Nothing that it started outlives it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { sumOf } from "./checksum.ts";
import { undoLater } from "./cleanup.ts";
import type { End } from "./declaration.ts";

/** A program and its first parameters, which plays any end. */
export interface Player {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Trial {
  readonly workload: string;
  readonly ends: readonly End[];
  readonly sizeBytes: number;
  /** Messages that are not measured, and all of them. */
  readonly warmup: number;
  readonly messages: number;
  /** The processor of each end. */
  readonly cpus: readonly number[];
  /** What the ends share. */
  readonly shared: readonly string[];
}

/** What an end prints. */
interface Report {
  readonly nanoseconds: number;
  readonly messages: number;
  readonly sum: number;
}

/** An end that hangs fails the run. */
const trialMaxMs = 60_000;

/**
 * The nanoseconds a message of the first end.
 * @throws Error when an end fails, hangs or received other messages than were sent.
 */
export async function runTrial(
  player: Player,
  trial: Trial,
  signal?: AbortSignal,
): Promise<number> {
  const children: ChildProcess[] = [];
  const kill = undoLater(() => children.forEach((child) => void child.kill("SIGKILL")));
  const over = new AbortController();
  const timer = setTimeout(
    () => over.abort(new Error(`no end after ${trialMaxMs} ms`)),
    trialMaxMs,
  );
  const stop = (): void => over.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    const played = trial.ends.map((end, index) => {
      const child = start(player, trial, end, trial.cpus[index] ?? 0);
      children.push(child);
      return reportOf(child, end);
    });
    const reports = await Promise.race([Promise.all(played), rejectedBy(over.signal)]);
    return nanosecondsOf(trial, reports);
  } catch (error) {
    const what = `${player.name}, ${trial.workload}, ${trial.sizeBytes} bytes`;
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    kill();
    await Promise.all(children.map(ended));
  }
}

/** Where a message's sum is wrong, its time is worth nothing. */
function nanosecondsOf(trial: Trial, reports: readonly Report[]): number {
  const isSummed = trial.ends.some(({ receives }) => receives);
  const expected = isSummed ? sumOf(trial.messages, trial.sizeBytes) : 0;
  for (const [index, end] of trial.ends.entries()) {
    const sum = reports[index]?.sum;
    const right = end.receives ? expected : 0;
    if (sum !== right) throw new Error(`wrong sum of ${end.role}: ${sum}, expected ${right}`);
  }
  const first = reports[0];
  if (first === undefined || !(first.nanoseconds > 0) || !(first.messages > 0)) {
    throw new Error("no time was measured");
  }
  return first.nanoseconds / first.messages;
}

/** The kernel keeps the process where taskset(1) put it before it became the player. */
function start(player: Player, trial: Trial, end: End, cpu: number): ChildProcess {
  const { workload, sizeBytes, warmup, messages, shared } = trial;
  const words = [workload, end.role, sizeBytes, warmup, messages, ...shared].map(String);
  return spawn("taskset", ["-c", String(cpu), ...player.command, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...player.env },
  });
}

async function reportOf(child: ChildProcess, { role }: End): Promise<Report> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error(`${role} has no output`);
  const [line, words, [code, signal]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, "close"),
  ]);
  if (code !== 0) throw new Error(`${role} ended with ${code ?? signal}\n${words.trimEnd()}`);
  return JSON.parse(line) as Report;
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = (): void => reject(signal.reason);
    if (signal.aborted) refuse();
    else signal.addEventListener("abort", refuse, { once: true });
  });
}

/** Nothing is left behind, not even a zombie. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await once(child, "exit");
}
