/** Tells a person what became of the tests. */
import picocolors from "picocolors";
import { sourceOf } from "../files.ts";
import type { FileResult, TestResult } from "./file.ts";
import { type AllowedSkips, leaveFor } from "./skips.ts";

/** On a terminal alone; picocolors would also colour the logs of a CI. */
const pc = picocolors.createColors(process.stdout.isTTY && process.env["NO_COLOR"] === undefined);

/** How many tests ended how. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** How results are judged and shown. */
export interface ReportOptions {
  readonly verbose: boolean;
  /** Undefined where any skip is fine; otherwise the skips that are, and the others fail. */
  readonly allowedSkips: AllowedSkips | undefined;
}

/** A skip that nobody allowed is a failure. */
export function judge(result: FileResult, options: ReportOptions): FileResult {
  const { allowedSkips } = options;
  if (allowedSkips === undefined) return result;
  const tests = result.tests.map((test) => judgeOne(test, allowedSkips));
  return { ...result, tests };
}

function judgeOne(test: TestResult, allowed: AllowedSkips): TestResult {
  if (test.outcome !== "skipped") return test;
  const leave = leaveFor(test.text, allowed);
  if (leave !== undefined) return { ...test, text: `${test.text} (allowed: ${leave})` };
  const text = `skipped, and not in tests/allowed-skips.txt: ${test.text || "no reason given"}`;
  return { ...test, outcome: "failed", text };
}

/** Adds a file's tests to the tally. */
export function count(tally: Tally, result: FileResult): void {
  for (const test of result.tests) tally[test.outcome] += 1;
}

/** The plain line that closes a run. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}

/** The lines about one file: one when all is well and its tests have no figures to tell. */
export function linesFor(result: FileResult, options: ReportOptions): string[] {
  const failed = result.tests.some((test) => test.outcome === "failed");
  const lines = [headline(result, failed)];
  const verbose = options.verbose || tellsFigures(result);
  for (const test of result.tests) lines.push(...linesForTest(test, verbose));
  const output = failed || options.verbose ? result.output.trimEnd() : "";
  if (output !== "") lines.push(pc.dim("    printed:"), indent(lastPart(output), "    "));
  return lines;
}

/** What a fuzzer reached and what a soak measured says more than that it passed. */
function tellsFigures({ file }: FileResult): boolean {
  return /(^|\/)tests\/(fuzz|soak)\//.test(file);
}

function headline({ file, tests, tookMs }: FileResult, failed: boolean): string {
  const mark = failed ? pc.red("✖") : pc.green("✔");
  return `${mark} ${sourceOf(file)} ${pc.dim(`${tests.length} in ${tookMs} ms`)}`;
}

function linesForTest(test: TestResult, verbose: boolean): string[] {
  const notes = test.notes.map((note) => `      ${note}`);
  if (test.outcome === "skipped") return [pc.yellow(`  – ${test.name}: ${test.text}`)];
  if (test.outcome === "passed") return verbose ? [`  ✔ ${test.name}`, ...notes] : [];
  return [pc.red(`  ✖ ${test.name}`), indent(test.text, "      "), ...notes];
}

const outputMaxLines = 200;

function lastPart(output: string): string {
  return output.split("\n").slice(-outputMaxLines).join("\n");
}

function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => by + line)
    .join("\n");
}
