/** What the sentences of every room's findings have in common. */
import type { Process } from "../wire/proc/process-table.ts";

/**
 * So long after its last use a thing may have leaked: long enough for a program to be started again
 * and to use what is its own.
 */
export const LEAKED_AFTER_MS = 60_000;

/** "perl (28816)"; of a process that is not in the table the number alone is known. */
export function named(processes: ReadonlyMap<number, Process>, pid: number): string {
  return `${processes.get(pid)?.comm ?? "a process"} (${pid})`;
}

/** More than these are only counted: anybody may start thousands of processes. */
const SENTENCES_MAX = 8;

/** The first of many sentences that say the same of different processes. */
export function theFirst(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - SENTENCES_MAX;
  return more > 0 ? [...sentences.slice(0, SENTENCES_MAX), `And ${more} more.`] : sentences;
}
