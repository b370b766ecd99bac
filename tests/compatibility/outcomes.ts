/** One run of a compatible program: ours, in this process, and the machine's own. */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { runProgram } from "../../src/cli/compatibility/program.ts";
import { programNamed } from "../../src/cli/compatibility/programs.ts";

/** A program and its words. */
export interface Step {
  readonly program: "ipcs" | "ipcmk" | "ipcrm";
  readonly words: readonly string[];
}

/** What it left: bytes, a character each, and how it ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly ending: number | string | null;
}

/** Runs ours. */
export async function ours({ program, words }: Step): Promise<Ended> {
  const entry = programNamed(program);
  if (entry === undefined) throw new Error(`There is no ${program}`);
  let stdout = "";
  let stderr = "";
  const streams = {
    name: program,
    version: "0",
    posixlyCorrect: process.env["POSIXLY_CORRECT"] !== undefined,
    print(text: string): void {
      stdout += text;
    },
    complain(text: string): void {
      stderr += text;
    },
  };
  const bytes = words.map((word) => Buffer.from(word).toString("latin1"));
  const ending = runProgram(await entry.load(), bytes, streams);
  // What a program keeps back is lost when it dies of a signal.
  return { stdout: typeof ending === "number" ? stdout : "", stderr, ending };
}

/** Runs the machine's. */
export function theirs({ program, words }: Step): Ended {
  const { LD_PRELOAD: _, ...env } = process.env;
  const { stdout, stderr, status, signal, error } = spawnSync(program, words, {
    encoding: "latin1",
    env,
    cwd: tmpdir(),
  });
  if (error !== undefined) throw error;
  return { stdout, stderr, ending: status ?? signal };
}

/** Help and the version are words of our own: where they stand counts, and not what they say. */
export function comparable(ended: Ended): Ended {
  const information = /(\nUsage:\n|Usage: ).*$|^ipc(s|mk|rm) (from|of) .*\n$/s;
  return { ...ended, stdout: ended.stdout.replace(information, "(information)") };
}
