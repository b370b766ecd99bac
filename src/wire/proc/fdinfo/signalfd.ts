/** fdinfo of a signalfd(2). */
import { signalSet, signalsIn } from "../../signal-set.ts";
import { hexField } from "./field.ts";

/** The numbers of the signals that it takes; undefined where the text is of something else. */
export function decodeSignalfd(text: string): readonly number[] | undefined {
  const set = hexField(text, "sigmask");
  return set === undefined ? undefined : signalsIn(set);
}

/** The line that the kernel writes, behind those of every descriptor. */
export function encodeSignalfd(signals: readonly number[]): string {
  return `sigmask:\t${signalSet(signals).toString(16).padStart(16, "0")}\n`;
}
