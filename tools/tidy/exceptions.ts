/** The exceptions: what a rule does not accept and yet has a reason, as data. */
import type { Complaint } from "./tree.ts";

/** A complaint, and the rule that it comes from. */
export interface Broken extends Complaint {
  readonly rule: string;
}

/** One line of the list. */
export interface Exception {
  readonly rule: string;
  readonly file: string;
  readonly subject: string | undefined;
  readonly reason: string;
}

/** Reads lines of "rule file[#subject]: reason"; empty lines and those with # first say nothing. */
export function parseExceptions(text: string): Exception[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map(exceptionOf);
}

function exceptionOf(line: string): Exception {
  const match = /^([a-z-]+) ([^\s:#]+)(?:#([^\s:]+))?: (.+)$/.exec(line);
  if (match === null) {
    throw new Error(`Wrong exception: ${line}: expected "rule file[#subject]: reason"`);
  }
  const [, rule = "", file = "", subject, reason = ""] = match;
  return { rule, file, subject, reason };
}

/** What remains when the exceptions are taken away, and each exception that excuses nothing. */
export function without(
  broken: readonly Broken[],
  exceptions: readonly Exception[],
  listFile: string,
): Broken[] {
  const remaining = broken.filter(
    (one) => !exceptions.some((exception) => excuses(exception, one)),
  );
  const idle = exceptions.filter((exception) => !broken.some((one) => excuses(exception, one)));
  return [...remaining, ...idle.map((exception) => idleException(exception, listFile))];
}

function excuses({ rule, file, subject }: Exception, broken: Broken): boolean {
  return rule === broken.rule && file === broken.file && subject === broken.subject;
}

function idleException({ rule, file, subject }: Exception, listFile: string): Broken {
  const what = subject === undefined ? file : `${file}#${subject}`;
  return { rule: "exceptions", file: listFile, line: 0, message: `${rule} ${what} is not needed` };
}
