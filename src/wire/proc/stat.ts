/** /proc/PID/stat: a name that may hold anything, between numbers that may not. */
import { textOf } from "./text.ts";

/** The fields of the line that we use, in the words of proc_pid_stat(5). */
export interface ProcessStat {
  readonly pid: number;
  readonly comm: string;
  /** One letter: R running, S sleeping, D disk sleep, Z zombie, T stopped, t traced, I idle … */
  readonly state: string;
  readonly ppid: number;
  /** The number of its process group; -1 while it is being taken down. */
  readonly pgrp: number;
  /** The PF_ bits of the kernel's include/linux/sched.h. */
  readonly flags: number;
  readonly threads: number;
  /** Clock ticks after boot at which it started. */
  readonly startTicks: number;
}

const PF_EXITING = 0x00000004;
const PF_KTHREAD = 0x00200000;

/** True for a thread of the kernel itself, which has no files and makes no system calls. */
export function isKernelThread(stat: ProcessStat): boolean {
  return (stat.flags & PF_KTHREAD) !== 0;
}

/** True for a process that has given up its files, or is about to: a zombie, and just before. */
export function isExiting(stat: ProcessStat): boolean {
  return (stat.flags & PF_EXITING) !== 0 || /[ZXx]/.test(stat.state);
}

/** Undefined when the bytes are no such line. */
export function decodeStat(bytes: Uint8Array): ProcessStat | undefined {
  const text = textOf(bytes);
  const open = text.indexOf("(");
  // The name is written as it is: "a) R 1 (b" is a name too. What follows it holds no parenthesis.
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ", 20);
  const state = fields[0] ?? "";
  const pid = Number.parseInt(text, 10);
  const [ppid, pgrp, flags, threads, startTicks] = [1, 2, 6, 17, 19].map((i) => Number(fields[i]));
  if (!isCount(pid) || !/^[A-Za-z]$/.test(state) || pgrp === undefined) return undefined;
  if (!isCount(ppid) || !isCount(flags) || !isCount(threads) || !isCount(startTicks)) {
    return undefined;
  }
  return { pid, comm: text.slice(open + 1, close), state, ppid, pgrp, flags, threads, startTicks };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}
