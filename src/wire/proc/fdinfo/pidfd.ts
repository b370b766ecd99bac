/** fdinfo of a pidfd_open(2), or of one that clone(2) gave. */
import { fieldOf, numberField } from "./field.ts";

/** What the kernel tells of one. */
export interface PidfdInfo {
  /**
   * The process it stands for, as its reader numbers it; -1 when that has ended and was waited for,
   * 0 when it has no number in the PID namespace of the reader's /proc.
   */
  readonly pid: number;
  /** Its numbers from that namespace down to its own; the same -1 and 0. Empty without namespaces. */
  readonly namespaced: readonly number[];
}

/** Undefined where the text is of something else. */
export function decodePidfd(text: string): PidfdInfo | undefined {
  const pid = numberField(text, "Pid");
  if (pid === undefined || pid < -1) return undefined;
  const numbers = /^-?\d{1,10}(?:\t-?\d{1,10})*$/.exec(fieldOf(text, "NSpid") ?? "")?.[0];
  return { pid, namespaced: numbers?.split("\t").map(Number) ?? [] };
}

/** The lines that the kernel writes, behind those of every descriptor. */
export function encodePidfd({ pid, namespaced }: PidfdInfo): string {
  const numbers = namespaced.length === 0 ? "" : `NSpid:\t${namespaced.join("\t")}\n`;
  return `Pid:\t${pid}\n${numbers}`;
}
