/** Runs one test file as a process of its own, and reads what became of its tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Line, linesOf, logVariable } from "../../tests/harness/log.ts";
import { inTree } from "../paths.ts";
import type { Command, Enter } from "./namespaces.ts";

/** How a file is run. */
export interface Setting {
  /** The Node under test. */
  readonly node: string;
  /** Given to the file's process alone, not to what surrounds it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly enter: Enter | undefined;
  readonly timeoutMs: number;
  /** Shows what the file prints while it runs. */
  readonly echo: boolean;
}

export interface TestResult {
  readonly outcome: "passed" | "failed" | "skipped";
  readonly name: string;
  /** The error of a failed test, or the reason of a skipped one; otherwise empty. */
  readonly text: string;
  readonly notes: readonly string[];
}

export interface FileResult {
  readonly file: string;
  readonly tookMs: number;
  readonly tests: readonly TestResult[];
  /** What the file printed, on both outputs. */
  readonly output: string;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly late: boolean;
  readonly output: string;
}

const reporter = inTree("dist/tools/test/reporter.js");

/** Runs the file to its end, or to its deadline. */
export async function runFile(file: string, setting: Setting): Promise<FileResult> {
  const folder = await mkdtemp(join(tmpdir(), "linux-ipc-test-"));
  const log = join(folder, "log.jsonl");
  const began = performance.now();
  const ending = await runToEnd(commandFor(file, log, setting), setting);
  const tookMs = Math.round(performance.now() - began);
  const lines = linesOf(await readFile(log, "utf8").catch(() => ""));
  await rm(folder, { recursive: true });
  const tests = testsIn(lines);
  const trouble = troubleOf(ending, lines, tests, setting.timeoutMs);
  return { file, tookMs, tests: [...tests, ...trouble], output: ending.output };
}

function commandFor(file: string, log: string, setting: Setting): Command {
  const all = { ...setting.environment, [logVariable]: log };
  const variables = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  const options = [`--test-reporter=${reporter}`, "--test-reporter-destination=stdout"];
  const command: Command = ["env", ...variables, setting.node, ...options, inTree(file)];
  return setting.enter === undefined ? command : setting.enter(command);
}

async function runToEnd([program, ...rest]: Command, setting: Setting): Promise<Ending> {
  const detached = setting.enter === undefined;
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: inTree(),
    detached,
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
    if (setting.echo) stream.pipe(process.stdout, { end: false });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (detached) killGroup(child);
    else child.kill("SIGKILL");
  }, setting.timeoutMs);
  await ended(child);
  clearTimeout(timer);
  return { code: child.exitCode, signal: child.signalCode, late, output: output.join("") };
}

/** Without namespaces the file's children are at least of its process group, whose leader lives. */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
}

const drainMs = 1_000;

/**
 * The process has ended, and its output is read; not waited for is output that something it left
 * behind outside of namespaces still holds open.
 */
async function ended(child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  await once(child, "exit");
  await Promise.race([closed, pause(drainMs, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** The results, each with the notes that follow it. */
function testsIn(lines: readonly Line[]): TestResult[] {
  const results: TestResult[] = [];
  let notes: string[] = [];
  for (const line of lines) {
    if (line.kind === "note") notes.push(line.text);
    if (line.kind !== "pass" && line.kind !== "fail" && line.kind !== "skip") continue;
    notes = [];
    results.push({ ...wordsFor(line), name: line.name, notes });
  }
  return results;
}

function wordsFor(
  line: Extract<Line, { kind: "pass" | "fail" | "skip" }>,
): Pick<TestResult, "outcome" | "text"> {
  if (line.kind === "pass") return { outcome: "passed", text: "" };
  if (line.kind === "skip") return { outcome: "skipped", text: line.reason };
  return { outcome: "failed", text: line.error };
}

/** What went wrong with the file rather than with one of its tests, as one more failed test. */
function troubleOf(
  ending: Ending,
  lines: readonly Line[],
  tests: readonly TestResult[],
  timeoutMs: number,
): TestResult[] {
  const text = trouble(ending, lines, tests, timeoutMs);
  return text === undefined ? [] : [{ outcome: "failed", name: "the file", text, notes: [] }];
}

function trouble(
  { late, code, signal }: Ending,
  lines: readonly Line[],
  tests: readonly TestResult[],
  timeoutMs: number,
): string | undefined {
  if (late) return `did not end within ${timeoutMs} ms: ${unfinished(lines)}`;
  if (code === null) return `ended by ${signal}: ${unfinished(lines)}`;
  const failed = tests.some((test) => test.outcome === "failed");
  if (code !== 0 && !failed) return `ended with code ${code}: ${unfinished(lines)}`;
  return tests.length === 0 ? "ran no test" : undefined;
}

function unfinished(lines: readonly Line[]): string {
  const open = new Set<string>();
  for (const line of lines) {
    if (line.kind === "start") open.add(line.name);
    if (line.kind === "end") open.delete(line.name);
  }
  if (open.size > 0) return `in ${[...open].join(", ")}`;
  return lines.length === 0 ? "before any test" : "after its last test had ended";
}
