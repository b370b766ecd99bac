/** Runs programs for the tools, always without a shell, and reads what they print. */
import { execFile, type SpawnOptions, spawn } from "node:child_process";

/** What a finished program left. */
export interface Outcome {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Killed with SIGKILL after this long. Default: ten minutes. */
  readonly timeoutMs?: number;
}

const outputMaxBytes = 64 * 1024 * 1024;

/** Runs a program to its end and keeps its output; rejects only when it cannot be started. */
export function capture(
  program: string,
  parameters: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const { timeoutMs = 600_000, ...rest } = options;
  const settings = {
    ...rest,
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: outputMaxBytes,
  } as const;
  return new Promise((settle, reject) => {
    const child = execFile(program, [...parameters], settings, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === "string") return reject(error);
      settle({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Runs a program that must succeed; its standard output. Throws with what it printed otherwise. */
export async function demand(
  program: string,
  parameters: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const outcome = await capture(program, parameters, options);
  if (outcome.code === 0) return outcome.stdout;
  const how = outcome.code === null ? `ended by ${outcome.signal}` : `exit code ${outcome.code}`;
  const printed = `${outcome.stdout}${outcome.stderr}`.trimEnd();
  throw new Error(`${[program, ...parameters].join(" ")}: ${how}\n${printed}`);
}

/** Runs a program on this terminal; its exit code, or 128 when a signal ended it. */
export function show(
  program: string,
  parameters: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  return new Promise((settle, reject) => {
    const child = spawn(program, parameters, { stdio: "inherit", ...options });
    child.once("error", reject);
    child.once("exit", (code) => settle(code ?? 128));
  });
}
