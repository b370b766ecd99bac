/** Shows getopt() reading options as glibc does; tests/compatibility compares whole programs. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { getopt, type Option, type Parsed } from "./getopt.ts";

const options: readonly Option[] = [
  { letter: "i", long: "id", takes: "value", value: "ID", meaning: "" },
  { letter: "s", long: "shmems", takes: "nothing", meaning: "" },
  { letter: "u", long: "summary", takes: "nothing", meaning: "" },
  { letter: "a", long: "all", takes: "perhaps", value: "KIND", meaning: "" },
];

/** "s i=5 | operand: complaint" */
function read(line: string, posixly = false): string {
  const parsed: Parsed = getopt(line.split(" "), options, posixly);
  const given = parsed.given.map(({ letter, value }) =>
    value === undefined ? letter : `${letter}=${value}`,
  );
  const complaint = parsed.complaint === undefined ? "" : `: ${parsed.complaint}`;
  return [...given, "|", ...parsed.operands].join(" ") + complaint;
}

const readings: readonly (readonly [line: string, reading: string])[] = [
  ["-s x -u", "s u | x"],
  ["-sui5", "s u i=5 |"],
  ["-si 5 x", "s i=5 | x"],
  ["-i -s", "i=-s |"],
  ["-i --", "i=-- |"],
  ["--id=5 --id 6 --i=", "i=5 i=6 i= |"],
  ["--shm --su", "s u |"],
  ["-a x -ax --all x --all=x", "a a=x a a=x | x x"],
  ["- -s -- -u x", "s | - -u x"],
  ["-sZu x", "s |: invalid option -- 'Z'"],
  ["-s -i", "s |: option requires an argument -- 'i'"],
  ["--id", "|: option '--id' requires an argument"],
  ["--s=1", "|: option '--s=1' is ambiguous; possibilities: '--shmems' '--summary'"],
  ["--shm=1", "|: option '--shmems' doesn't allow an argument"],
  ["--nosuch=1", "|: unrecognized option '--nosuch=1'"],
];

for (const [line, reading] of readings) {
  test(`getopt() reads ${line}`, () => assert.equal(read(line), reading));
}

test("getopt() ends at the first operand where POSIX is to be followed", () => {
  assert.equal(read("-s x -Z", true), "s | x -Z");
});

test("getopt() reads as many options and operands as a command line holds", () => {
  const letters = `-${"s".repeat(131_000)}`;
  assert.equal(getopt([letters], options, false).given.length, 131_000);
  const words = Array.from({ length: 400_000 }, () => "x");
  assert.equal(getopt(["--", ...words], options, false).operands.length, 400_000);
});
