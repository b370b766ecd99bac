/** Arguments with which the calls about names and about pipes reach the kernel. */
import type { Random } from "../harness/seed.ts";
import type { Makers, Memory } from "./semaphore-arguments.ts";

const AT_FDCWD = -100;
const O_PATH = 0o10000000;
const S_IFIFO = 0o010000;
const FILL_BYTES = 72;
/** The bits of openat2(2) that say where a path may lead. */
const RESOLVE_ALL = 0x3f;

/** @param directory gives a descriptor, of a directory or not */
export function pathMakers(random: Random, memory: Memory, directory: () => number): Makers {
  const { integer, pick, chance } = random;
  const name = (text: string): unknown[] => {
    const bytes = Buffer.from(`${text}\0`);
    const [region, offset] = memory.span(bytes.length);
    const buffer = memory.bytesOf(region);
    if (buffer !== undefined && buffer.byteLength >= offset + bytes.length) {
      new Uint8Array(buffer, offset).set(bytes);
    }
    return [region, offset, bytes.length];
  };
  const place = (): number => (chance(0.7) ? AT_FDCWD : directory());
  return {
    openat2: () => {
      const file = name(pick([".", "/", "..", "/proc/self/fd", "nowhere", ""]));
      return [place(), ...file, O_PATH, chance(0.9) ? integer(0, RESOLVE_ALL) : 1 << 20];
    },
    // Where there is no folder nothing is made.
    mknodat: () => [place(), ...name(pick(["/nowhere/fifo", "/", ""])), S_IFIFO | integer(0, 511)],
    // Each begins a child, which takes a millisecond: most ask for more than there is.
    pipeFills: () => {
      const count = chance(0.02) ? integer(1, 4) : 1 << 24;
      return [...memory.span(4 * FILL_BYTES), count];
    },
  };
}
