/**
 * The log through which the process of a test file speaks to the runner: one JSON object a line,
 * each written before the next statement runs, so that a killed process has said what it was doing.
 */
import { appendFileSync } from "node:fs";

/** One event of one file. */
export type Line =
  | { readonly kind: "start"; readonly name: string }
  | { readonly kind: "end"; readonly name: string }
  /** The results' names hold the suites they stand in. */
  | { readonly kind: "pass"; readonly name: string; readonly ms: number }
  | { readonly kind: "fail"; readonly name: string; readonly ms: number; readonly error: string }
  | { readonly kind: "skip"; readonly name: string; readonly reason: string }
  | { readonly kind: "note"; readonly text: string };

/** The environment variable that names the log; without it nothing is written. */
export const logVariable: string = "LINUX_IPC_TEST_LOG";

/** Adds a line. */
export function log(line: Line): void {
  const file = process.env[logVariable];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Reads the lines back; a last one that was torn when the process was killed is left out. */
export function linesOf(text: string): Line[] {
  const whole = text.split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}
