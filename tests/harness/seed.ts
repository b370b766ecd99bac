/** Random numbers that can be had again: every generator tells its seed. */
import { randomInt } from "node:crypto";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded source of choices. */
export interface Random {
  readonly seed: number;
  /** From `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  bytes(size: number): Buffer;
}

const seedMax = 2 ** 31 - 1;

/**
 * A generator whose seed is `LINUX_IPC_SEED`, or else new; prints it in the form that makes the
 * next run the same.
 */
export function seeded(what: string, print: (line: string) => void = console.log): Random {
  const wanted = process.env["LINUX_IPC_SEED"];
  const seed = wanted === undefined ? randomInt(seedMax) : Number(wanted);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Wrong LINUX_IPC_SEED: ${wanted}`);
  print(`${what}: LINUX_IPC_SEED=${seed}`);
  return randomOf(seed);
}

/** The generator of one seed. */
export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const integer = (low: number, high: number): number => uniformInt(generator, low, high);
  return {
    seed,
    integer,
    chance: (probability) => integer(0, seedMax - 1) < probability * seedMax,
    pick: (items) => pickFrom(items, integer(0, items.length - 1)),
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => integer(0, 255))),
  };
}

function pickFrom<Item>(items: readonly Item[], index: number): Item {
  if (items.length === 0) throw new RangeError("There is nothing to pick from");
  return items[index] as Item;
}
