/** Device numbers as the kernel keeps them, twelve bits and twenty: neither stat(2)'s nor makedev(3)'s. */

/** A device by its two numbers. */
export interface Device {
  readonly major: number;
  readonly minor: number;
}

const MINOR_BITS = 20;
const MINOR_MASK = (1 << MINOR_BITS) - 1;

/** include/linux/kdev_t.h: fe00000 is 254:0. */
export function deviceOf(number: number): Device {
  return { major: number >>> MINOR_BITS, minor: number & MINOR_MASK };
}

/** The same back. */
export function deviceNumber({ major, minor }: Device): number {
  return ((major << MINOR_BITS) | (minor & MINOR_MASK)) >>> 0;
}
