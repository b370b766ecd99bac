/** How a System V semaphore set is opened and changed, checked before any system call. */
import { checkCount, type SysvOpenOptions } from "../../io/sysv/options.ts";
import { TIMEOUT_MAX_MS } from "../../io/wait-options.ts";
import { outOfRange, wrongType } from "../../sys/errors.ts";

/** How to open a set by its key. */
export interface SysvSemaphoreSetOptions extends SysvOpenOptions {
  /**
   * How many semaphores a new set has, 1 to kernel.sem's first number. Of a set that exists: how
   * many it must have at least. Default: the length of `initial`; without that 0, as many as there
   * are.
   */
  readonly count?: number | undefined;
  /**
   * The values of a new set, 0 to 32767 each; without it they are 0. With it nobody who opens the
   * set in this way ever sees it before it has them: open() waits while somebody else makes it.
   */
  readonly initial?: readonly number[] | undefined;
  /** How long open() waits for whoever makes the set, with `initial`. Default: 1000. */
  readonly initialTimeoutMs?: number | undefined;
}

/** The same, checked, and each read once. */
export interface CheckedOptions extends SysvOpenOptions {
  readonly count: number;
  readonly initial: readonly number[] | undefined;
  readonly initialTimeoutMs: number;
}

/** SEMVMX: the highest value of a semaphore, and SEMAEM, the highest of what is undone. */
export const VALUE_MAX = 32767;

/** A struct sembuf has 16 bits for the index, so that no operation reaches further. */
export const COUNT_MAX = 65536;

const INITIAL_TIMEOUT_MS = 1000;

/** @throws TypeError, RangeError */
export function checkOpen(options: Partial<SysvSemaphoreSetOptions>): CheckedOptions {
  const { create, exclusive, mode, count, initial, initialTimeoutMs } = options;
  checkCount("count", count, COUNT_MAX);
  checkCount("initialTimeoutMs", initialTimeoutMs, TIMEOUT_MAX_MS);
  const values = initial === undefined ? undefined : checkInitial(initial, count);
  return {
    ...{ create, exclusive, mode },
    count: count ?? values?.length ?? 0,
    initial: values,
    initialTimeoutMs: initialTimeoutMs ?? INITIAL_TIMEOUT_MS,
  };
}

function checkInitial(initial: readonly number[], count: number | undefined): readonly number[] {
  const values = checkValues("initial", initial, COUNT_MAX);
  if (values.length === 0) throw outOfRange("initial", "at least one value", "none");
  if (count === undefined || count === values.length) return values;
  throw outOfRange("initial", `${count} values, as count says`, values.length);
}

/** As many values as the set has semaphores. @throws TypeError, RangeError */
export function checkAll(values: readonly number[], count: number): readonly number[] {
  const checked = checkValues("values", values, count);
  if (checked.length === count) return checked;
  throw outOfRange("values", `${count} values`, checked.length);
}

/** A copy: what the caller does to the array later, or has it do, changes nothing. */
function checkValues(
  what: string,
  values: readonly number[],
  lengthMax: number,
): readonly number[] {
  if (!Array.isArray(values)) throw wrongType(what, "an array of numbers", values);
  const { length } = values;
  if (length > lengthMax) throw outOfRange(what, `at most ${lengthMax} values`, length);
  const copy: number[] = [];
  for (let index = 0; index < length; index++) {
    const value: unknown = values[index];
    checkValue(`${what}[${index}]`, value as number);
    copy.push(value as number);
  }
  return copy;
}

/** @throws TypeError, RangeError */
export function checkValue(what: string, value: number): void {
  if (typeof value !== "number") throw wrongType(what, "a number", value);
  if (value === (value | 0) && value >= 0 && value <= VALUE_MAX) return;
  throw outOfRange(what, `0 to ${VALUE_MAX} (SEMVMX)`, value);
}

/** Which semaphore of a set; whether the set has so many is for the kernel to say. */
export function checkIndex(index: number): void {
  if (typeof index !== "number") throw wrongType("index", "a number", index);
  if (index === index >>> 0 && index < COUNT_MAX) return;
  throw outOfRange("index", `0 to ${COUNT_MAX - 1}`, index);
}

/** By how much a semaphore is counted up or down. @throws TypeError, RangeError */
export function checkAmount(by: number, what = "by"): void {
  if (typeof by !== "number") throw wrongType(what, "a number", by);
  if (by === by >>> 0 && by > 0 && by <= VALUE_MAX) return;
  throw outOfRange(what, `1 to ${VALUE_MAX}`, by);
}
