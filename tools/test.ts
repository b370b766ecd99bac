/**
 * The test runner: every test file as a process in namespaces of its own, with a deadline.
 *
 *   npm test -- [part of a file's path …] [--suite machine|newest|sanitized|PATH …]
 *               [--verbose] [--jobs N] [--timeout SECONDS]
 *
 * It closes with one plain line: N passed, N failed, N skipped.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { soakFiles, testFiles } from "./files.ts";
import { inParallel } from "./parallel.ts";
import { installPeers } from "./peers.ts";
import { runFile, type Setting } from "./test/file.ts";
import { type Enter, wayIn } from "./test/namespaces.ts";
import {
  closingLine,
  count,
  judge,
  linesFor,
  type ReportOptions,
  type Tally,
} from "./test/report.ts";
import { allowedSkips } from "./test/skips.ts";
import { type Suite, suiteOf } from "./test/suite.ts";

interface Run {
  readonly files: readonly string[];
  readonly enter: Enter | undefined;
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly report: ReportOptions;
}

/** Runs every file once the way that a suite says; its tests are added to the tally. */
async function runSuite(suite: Suite, run: Run, tally: Tally): Promise<void> {
  console.log(`\n${run.files.length} files on ${suite.title}`);
  const { node, environment } = suite;
  const timeoutMs = run.timeoutMs * suite.slowness;
  const setting: Setting = { node, environment, enter: run.enter, timeoutMs, echo: false };
  const perform = async (file: string): Promise<void> => {
    const result = judge(await runFile(file, setting), run.report);
    count(tally, result);
    console.log(linesFor(result, run.report).join("\n"));
  };
  await inParallel(run.files, perform, run.jobs);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: "string", multiple: true, default: ["machine"] },
    verbose: { type: "boolean", default: false },
    jobs: { type: "string", default: String(Math.min(2, availableParallelism())) },
    timeout: { type: "string", default: "120" },
  },
});

async function main(): Promise<void> {
  await installPeers();
  const enter = await wayIn();
  if (enter === undefined) console.log("This host allows no namespaces: tests run without them");
  const inCi = process.env["CI"] === "true";
  const run: Run = {
    files: [...testFiles(positionals), ...soakFiles(positionals)],
    enter,
    jobs: Number(values.jobs),
    timeoutMs: Number(values.timeout) * 1_000,
    report: { verbose: values.verbose, allowedSkips: inCi ? allowedSkips() : undefined },
  };
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const name of values.suite) await runSuite(await suiteOf(name), run, tally);
  console.log(`\n${closingLine(tally)}`);
  if (tally.failed > 0 || tally.passed + tally.skipped === 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
