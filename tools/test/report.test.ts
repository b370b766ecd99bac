/** Shows how results are judged, counted and told. */
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { test } from "../../tests/harness/test.ts";
import type { FileResult, TestResult } from "./file.ts";
import { closingLine, count, judge, linesFor, type Tally } from "./report.ts";

function resultOf(...tests: readonly Partial<TestResult>[]): FileResult {
  const whole = tests.map((one) => ({ outcome: "passed", name: "x", text: "", notes: [], ...one }));
  return { file: "dist/a/b.test.js", tookMs: 1, tests: whole as TestResult[], output: "printed" };
}

const skipped: Partial<TestResult> = { outcome: "skipped", text: "needs luck: none" };

function judged(allowedSkips: ReadonlyMap<string, string> | undefined): TestResult | undefined {
  return judge(resultOf(skipped), { verbose: false, allowedSkips }).tests[0];
}

test("judge() fails a skip that is not listed, keeps one that is, and any outside of CI", () => {
  assert.equal(judged(new Map())?.outcome, "failed");
  assert.equal(judged(new Map([["luck", "rare"]]))?.outcome, "skipped");
  assert.equal(judged(undefined)?.outcome, "skipped");
});

test("closingLine() counts every test by its outcome", () => {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  count(tally, resultOf({}, {}, skipped, { outcome: "failed" }));
  assert.equal(closingLine(tally), "2 passed, 1 failed, 1 skipped");
});

test("linesFor() is one line when all is well, and shows error and output when not", () => {
  const options = { verbose: false, allowedSkips: undefined };
  assert.equal(linesFor(resultOf({}), options).length, 1);
  const lines = linesFor(resultOf({ outcome: "failed", text: "why" }), options);
  const plain = stripVTControlCharacters(lines.join("\n"));
  assert.match(plain, /✖ a\/b\.test\.ts.*✖ x\n {6}why.*printed/s);
});

test("linesFor() shows why a test was skipped", () => {
  const lines = linesFor(resultOf(skipped), { verbose: false, allowedSkips: undefined });
  assert.match(stripVTControlCharacters(lines.join("\n")), /– x: needs luck: none/);
});

test("linesFor() always shows the notes of a fuzzer and a soak, and of no other passed test", () => {
  const options = { verbose: false, allowedSkips: undefined };
  const result = resultOf({ name: "it grows by nothing", notes: ["9 bytes"] });
  const linesOf = (file: string): string =>
    stripVTControlCharacters(linesFor({ ...result, file }, options).join("\n"));
  for (const file of ["dist/tests/fuzz/a.test.js", "dist/tests/soak/a.soak.js"]) {
    assert.match(linesOf(file), /✔ it grows by nothing\n {6}9 bytes$/);
  }
  assert.doesNotMatch(linesOf("dist/tests/cli/a.test.js"), /9 bytes/);
});
