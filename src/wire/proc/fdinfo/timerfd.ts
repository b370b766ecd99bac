/** fdinfo of a timerfd_create(2). */
import { fieldOf, numberField } from "./field.ts";

/** What the kernel tells of one; times are in nanoseconds. */
export interface TimerfdInfo {
  /** CLOCK_REALTIME 0, CLOCK_MONOTONIC 1, CLOCK_BOOTTIME 7, and the two that wake the machine. */
  readonly clock: number;
  /** Expirations that nobody has read yet. */
  readonly expirations: bigint;
  /** What it was armed with: TFD_TIMER_ABSTIME 1, TFD_TIMER_CANCEL_ON_SET 2. */
  readonly flags: number;
  /** Until it expires next, whatever it was armed with; 0 where it will not. */
  readonly remainingNs: bigint;
  /** 0 where it expires once. */
  readonly intervalNs: bigint;
}

const clocks: ReadonlyMap<number, string> = new Map([
  [0, "realtime"],
  [1, "monotonic"],
  [7, "boottime"],
  [8, "realtime-alarm"],
  [9, "boottime-alarm"],
]);

/** "monotonic"; of a clock that we do not know, "clock 11". */
export function clockName(clock: number): string {
  return clocks.get(clock) ?? `clock ${clock}`;
}

/** Undefined where the text is of something else. */
export function decodeTimerfd(text: string): TimerfdInfo | undefined {
  const clock = numberField(text, "clockid");
  const ticks = /^\d{1,20}$/.exec(fieldOf(text, "ticks") ?? "")?.[0];
  const flags = /^[0-7]{1,11}$/.exec(fieldOf(text, "settime flags") ?? "")?.[0];
  const remainingNs = timespec(fieldOf(text, "it_value"));
  const intervalNs = timespec(fieldOf(text, "it_interval"));
  if (clock === undefined || ticks === undefined || flags === undefined) return undefined;
  if (remainingNs === undefined || intervalNs === undefined) return undefined;
  const expirations = BigInt(ticks);
  return { clock, expirations, flags: Number.parseInt(flags, 8), remainingNs, intervalNs };
}

/** "(SECONDS, NANOSECONDS)" */
function timespec(text: string | undefined): bigint | undefined {
  const match = /^\((\d{1,19}), (\d{1,9})\)$/.exec(text ?? "");
  return match === null ? undefined : BigInt(match[1] ?? 0) * SECOND + BigInt(match[2] ?? 0);
}

const SECOND = 1_000_000_000n;

/** The lines that the kernel writes, behind those of every descriptor. */
export function encodeTimerfd(timer: TimerfdInfo): string {
  const { clock, expirations, flags, remainingNs, intervalNs } = timer;
  const time = (ns: bigint): string => `(${ns / SECOND}, ${ns % SECOND})`;
  const octal = flags === 0 ? "00" : `0${flags.toString(8)}`;
  return [
    `clockid: ${clock}\nticks: ${expirations}\nsettime flags: ${octal}\n`,
    `it_value: ${time(remainingNs)}\nit_interval: ${time(intervalNs)}\n`,
  ].join("");
}
