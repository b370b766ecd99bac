/**
 * The foreign programs a test speaks to: run to their end, or started and talked to line by line.
 * Every wait has a deadline, and a peer is killed through its own handle, never by its number.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { deadlineMs, within } from "./deadline.ts";

/** What a finished program left. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PeerOptions {
  /** How long each wait may take, and how long a program that is run may live. Default: 10 s. */
  readonly timeoutMs?: number;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunOptions extends PeerOptions {
  /** Its whole standard input. */
  readonly input?: string | Uint8Array;
}

/** A started program. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  readonly child: ChildProcessWithoutNullStreams;
  /** Its next line on standard output; rejects when it ends without one. */
  line(): Promise<string>;
  /** Writes one line to its standard input. */
  say(line: string): void;
  /** Closes its standard input. */
  end(): void;
  kill(signal?: NodeJS.Signals): void;
  /** Waits for its end. The output is what it printed in all. */
  ended(): Promise<Outcome>;
}

/** Runs a program to its end, whatever its exit code. */
export async function runPeer(
  program: string,
  parameters: readonly string[] = [],
  options: RunOptions = {},
): Promise<Outcome> {
  await using peer = await startPeer(program, parameters, options);
  peer.child.stdin.on("error", ignoreClosedInput);
  peer.child.stdin.end(options.input ?? "");
  return await peer.ended();
}

/** Runs a program that must succeed; its standard output without the last line's end. */
export async function ask(
  program: string,
  parameters: readonly string[] = [],
  options: RunOptions = {},
): Promise<string> {
  const outcome = await runPeer(program, parameters, options);
  if (outcome.code === 0) return outcome.stdout.replace(/\n$/, "");
  throw new Error(`${program} ended with ${outcome.code ?? outcome.signal}: ${outcome.stderr}`);
}

/** Starts a program; `await using` kills it at the end of the block, if it still runs. */
export async function startPeer(
  program: string,
  parameters: readonly string[] = [],
  options: PeerOptions = {},
): Promise<Peer> {
  const env = { ...environmentFor(program), ...options.env };
  const child = spawn(program, parameters, { env, ...(options.cwd && { cwd: options.cwd }) });
  await once(child, "spawn");
  return peerOf(program, child, options.timeoutMs ?? deadlineMs);
}

function peerOf(program: string, child: ChildProcessWithoutNullStreams, timeoutMs: number): Peer {
  const output = collect(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = once(child, "close").then(() => outcomeOf(child, output));
  const ended = (): Promise<Outcome> => within(`the end of ${program}`, closed, { timeoutMs });
  const kill = (signal: NodeJS.Signals = "SIGKILL"): void => {
    child.kill(signal);
  };
  return {
    pid: child.pid as number,
    child,
    line: () => within(`a line from ${program}`, nextLine(program, lines, closed), { timeoutMs }),
    say: (line) => void child.stdin.write(`${line}\n`),
    end: () => void child.stdin.end(),
    kill,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) kill();
      await within(`the end of ${program} after SIGKILL`, closed);
    },
  };
}

interface Output {
  stdout: string;
  stderr: string;
}

function collect(child: ChildProcessWithoutNullStreams): Output {
  const output: Output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  return output;
}

function outcomeOf(child: ChildProcessWithoutNullStreams, output: Output): Outcome {
  return { code: child.exitCode, signal: child.signalCode, ...output };
}

async function nextLine(
  program: string,
  lines: AsyncIterator<string>,
  closed: Promise<Outcome>,
): Promise<string> {
  const { done, value } = await lines.next();
  if (done !== true) return value;
  const { stderr } = await closed;
  throw new Error(`${program} ended without another line: ${stderr}`);
}

/** What a run under sanitizers sets for Node, and Node alone. */
const sanitizerVariables = ["LD_PRELOAD", "LINUX_IPC_ADDON", "LINUX_IPC_SANITIZED"];

const ours = resolve(import.meta.dirname, "../..");

/**
 * Node and the built command run under the sanitizers where this process does. A foreign program
 * does not, nor does what it starts in turn: the addon built for the sanitizers needs their runtime.
 */
function environmentFor(program: string): NodeJS.ProcessEnv {
  if (program === process.execPath || program.startsWith(ours)) return process.env;
  const kept = Object.entries(process.env).filter(([name]) => !sanitizerVariables.includes(name));
  return Object.fromEntries(kept);
}

/** A program that ends before it has read all its input is judged by its outcome, not by EPIPE. */
function ignoreClosedInput(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ECONNRESET") throw error;
}
