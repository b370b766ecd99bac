/** Sizes in bytes: read with a suffix, and printed in bytes, in kilobytes or for people. */
import { strtoul, ULONG_MAX } from "./numbers.ts";
import { fatalErrno } from "./program.ts";

/** A size, or the end of the program. @throws what ends it */
export function sizeOrStop(text: string, complaint: string): bigint {
  const size = parseSize(text);
  if (typeof size === "bigint") return size;
  throw fatalErrno(`${complaint}: '${text}'`, size);
}

/** A number of bytes: 4096, 4K or 4KiB (1024 each), 4KB (1000 each), 1.5M; or why it is none. */
export function parseSize(text: string): bigint | "EINVAL" | "ERANGE" {
  const { value, rest, hasDigits, isOutOfRange } = strtoul(text, 0);
  if (/^[ \t-\r]*-/.test(text) || !hasDigits) return "EINVAL";
  if (isOutOfRange) return "ERANGE";
  return rest === "" ? value : withSuffix(value, rest);
}

const suffixes = "KMGTPEZY";

/** What stands behind the whole number. The original takes several points, if zeros follow all. */
function withSuffix(whole: bigint, rest: string): bigint | "EINVAL" | "ERANGE" {
  const [fraction = "", zeros = "", digits = ""] = /^((?:\.0*)+)([1-9]\d*)?/.exec(rest) ?? [];
  if (digits !== "" && BigInt(digits) > ULONG_MAX) return "ERANGE";
  const suffix = /^([KMGTPEZYkmgtpezy])(iB|ib|B|b)?$/.exec(rest.slice(fraction.length));
  if (suffix === null) return "EINVAL";
  const [, letter = "", unit = "iB"] = suffix;
  const base = unit.startsWith("i") ? 1024n : 1000n;
  const power = suffixes.indexOf(letter.toUpperCase()) + 1;
  const scaled = whole * base ** BigInt(power);
  if (scaled > ULONG_MAX) return "ERANGE";
  if (digits === "") return scaled;
  const places = zeros.replaceAll(".", "").length;
  return BigInt.asUintN(64, scaled + fractionOf(scale(base, power), BigInt(digits), places));
}

/** base to that power; as much of it as 64 bits hold. */
function scale(base: bigint, power: number): bigint {
  let scaled = 1n;
  for (let time = 0; time < power && scaled * base <= ULONG_MAX; time++) scaled *= base;
  return scaled;
}

/**
 * That fraction of the unit, `zeros` being the zeros before the digits. The original adds it up digit
 * by digit, and takes three tenths for one part in 10 / 3, that is a third: 0.3K is 341.
 */
function fractionOf(unit: bigint, digits: bigint, zeros: number): bigint {
  let now: Scaled = { left: digits, divisor: 10n };
  while (now.divisor < now.left) now = tenfold(now);
  for (let zero = 0; zero < zeros; zero++) now = tenfold(now);
  let sum = 0n;
  for (let { left } = now, place = 1n; left > 0n; left /= 10n, place *= 10n) {
    const digit = left % 10n;
    const share = digit === 0n ? 0n : now.divisor / place / digit;
    if (share > 0n) sum += unit / share;
  }
  return sum;
}

interface Scaled {
  readonly left: bigint;
  readonly divisor: bigint;
}

/** Makes the divisor ten times as large; where it cannot grow, the digits shrink. */
function tenfold({ left, divisor }: Scaled): Scaled {
  if (divisor <= ULONG_MAX / 10n) return { left, divisor: divisor * 10n };
  return { left: left / 10n, divisor };
}

/** How sizes are asked for: as each table likes them, or all in one way. */
export type Unit = "default" | "bytes" | "kilobytes" | "human";

/** "max seg size (kbytes) = 4", and without a title the size alone. */
export function sizeIn(unit: Unit, size: bigint): string {
  if (unit === "human") return humanSize(size);
  return String(unit === "kilobytes" ? size / 1024n : size);
}

/** The title of a size, with its unit. */
export function titleIn(unit: Unit, title: string): string {
  if (unit === "bytes") return `${title} (bytes) = `;
  return unit === "kilobytes" ? `${title} (kbytes) = ` : `${title} = `;
}

const letters = "BKMGTPE";

/** "0B", "5K", "1.5M": rounded to a tenth; what rounds to ten tenths goes to the next whole. */
export function humanSize(size: bigint): string {
  let power = 0;
  while (power < letters.length - 1 && size >= 1n << BigInt(10 * (power + 1))) power++;
  const unit = 1n << BigInt(10 * power);
  const tenths = (thousandths(size % unit, unit) + 50n) / 100n;
  const whole = size / unit + tenths / 10n;
  const fraction = tenths % 10n === 0n ? "" : `.${tenths % 10n}`;
  return `${whole}${fraction}${letters[power]}`;
}

/** The rest in thousandths, rounded down; the way round for large ones gives another result. */
function thousandths(rest: bigint, unit: bigint): bigint {
  if (rest < ULONG_MAX / 1000n) return (rest * 1000n) / unit;
  return ((rest / 1024n) * 1000n) / (unit / 1024n);
}
