/** /proc/PID/limits: the resource limits of a process (getrlimit(2)). */
import { textOf } from "./text.ts";

/** One limit; what is not limited is Infinity. */
export interface ResourceLimit {
  readonly soft: number;
  readonly hard: number;
}

/** By the words of the table: "Max locked memory". Lines that are none are passed over. */
export function decodeLimits(bytes: Uint8Array): ReadonlyMap<string, ResourceLimit> {
  const lines = textOf(bytes).split("\n");
  return new Map(lines.flatMap(limitIn));
}

function limitIn(line: string): [string, ResourceLimit][] {
  const match = /^(Max [a-z ]*?[a-z]) {2,}(\d{1,20}|unlimited) +(\d{1,20}|unlimited)(?: |$)/.exec(
    line,
  );
  if (match === null) return [];
  const [, name = "", soft = "", hard = ""] = match;
  return [[name, { soft: amountOf(soft), hard: amountOf(hard) }]];
}

function amountOf(word: string): number {
  return word === "unlimited" ? Number.POSITIVE_INFINITY : Number(word);
}
