/** What the process of a test file tells the runner, one JSON object a line. */

/** One event of one file; names hold the suites they stand in. */
export type Line =
  | { readonly kind: "start"; readonly name: string }
  /** A suite, or a test that failed only because of its subtests. */
  | { readonly kind: "end"; readonly name: string }
  | { readonly kind: "pass"; readonly name: string; readonly ms: number }
  | { readonly kind: "fail"; readonly name: string; readonly ms: number; readonly error: string }
  | { readonly kind: "skip"; readonly name: string; readonly reason: string }
  | { readonly kind: "note"; readonly text: string };

/** Reads the lines back; the last may be torn when the process was killed, and is then left out. */
export function linesOf(text: string): Line[] {
  const whole = text.split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}
