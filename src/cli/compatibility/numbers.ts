/** Numbers as C reads them: strtol(3) and its kin, and what util-linux's programs make of them. */
import { fatal, fatalErrno } from "./program.ts";

/** What strtol(3) or strtoul(3) finds at the beginning of a text. */
export interface Scanned {
  readonly value: bigint;
  /** What stands behind the number; the whole text where there is none. */
  readonly rest: string;
  readonly hasDigits: boolean;
  readonly isOutOfRange: boolean;
}

type Base = 0 | 8 | 10;

/** The largest number of 64 bits. */
export const ULONG_MAX: bigint = 2n ** 64n - 1n;
const LONG_MAX = 2n ** 63n - 1n;

/** strtoul(3): a minus sign is allowed, and the value wraps around. */
export function strtoul(text: string, base: Base): Scanned {
  const { magnitude, isNegative, ...found } = scan(text, base);
  const isOutOfRange = magnitude > ULONG_MAX;
  const wrapped = BigInt.asUintN(64, isNegative ? -magnitude : magnitude);
  return { ...found, value: isOutOfRange ? ULONG_MAX : wrapped, isOutOfRange };
}

/** strtol(3). */
export function strtol(text: string, base: Base): Scanned {
  const { magnitude, isNegative, ...found } = scan(text, base);
  const value = isNegative ? -magnitude : magnitude;
  const limit = isNegative ? -LONG_MAX - 1n : LONG_MAX;
  const isOutOfRange = magnitude > (isNegative ? -limit : limit);
  return { ...found, value: isOutOfRange ? limit : value, isOutOfRange };
}

const shapes: Readonly<Record<Base, RegExp>> = {
  0: /^[ \t-\r]*([+-]?)(0x[\da-f]+|0[0-7]*|[1-9]\d*)/i,
  8: /^[ \t-\r]*([+-]?)([0-7]+)/,
  10: /^[ \t-\r]*([+-]?)(\d+)/,
};

interface Found {
  readonly magnitude: bigint;
  readonly isNegative: boolean;
  readonly rest: string;
  readonly hasDigits: boolean;
}

function scan(text: string, base: Base): Found {
  const [all, sign, digits] = shapes[base].exec(text) ?? [];
  if (all === undefined || digits === undefined) {
    return { magnitude: 0n, isNegative: false, rest: text, hasDigits: false };
  }
  const isOctal = base === 8 || (base === 0 && /^0[0-7]/.test(digits));
  const magnitude = BigInt(isOctal ? `0o${digits}` : digits);
  return { magnitude, isNegative: sign === "-", rest: text.slice(all.length), hasDigits: true };
}

const INT_MAX = 2n ** 31n - 1n;

/** An int, or the end of the program. @throws what ends it */
export function intOrStop(text: string, complaint: string): number {
  const { value, rest, hasDigits, isOutOfRange } = strtol(text, 10);
  const isInt = value <= INT_MAX && value >= -INT_MAX - 1n;
  if (hasDigits && rest === "" && isInt) return Number(value);
  const isTooLarge = isOutOfRange || (hasDigits && rest === "");
  throw isTooLarge
    ? fatalErrno(`${complaint}: '${text}'`, "ERANGE")
    : fatal(`${complaint}: '${text}'`);
}

/** A number of 64 bits in an int: C drops the upper half. */
export function asInt(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
