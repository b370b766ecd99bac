/** Arguments with which the calls of semaphores reach the kernel. */
import type { Random } from "../harness/seed.ts";

/** What the fuzzer gives: memory of its own, and the frame. */
export interface Memory {
  /** A region with room for so many bytes, and where in it. */
  readonly span: (size: number) => [region: number, offset: number];
  readonly bytesOf: (region: number) => ArrayBuffer | undefined;
  /** Writes the words of the frame; the last of them is a waiting time, which stays short. */
  readonly frame: (word: (index: number) => number, slice: number) => unknown[];
}

export type Makers = Readonly<Record<string, () => unknown[]>>;

/** Where the waiting time of semop and semopOne stands in the frame. */
export const SEMOP_SLICE = 4;

/** Where semopOne finds its operation there, in bytes. */
const ONE_AT = 32;
const SEMBUF_BYTES = 6;
const IPC_NOWAIT = 0o4000;
const SEM_UNDO = 0o10000;

/** semctl's commands that give or take one number, but for removal; and those about a structure. */
const oneNumber = [11, 12, 14, 15, 16];
const structure = [1, 2, 3, 18, 19, 20];
/** GETPID, GETNCNT, GETZCNT: what is asked of each. */
const eachNumber = [11, 14, 15];
const GETALL = 13;
const SETALL = 17;

/** @param set gives an id, most often of a set that is there */
export function semaphoreMakers(random: Random, memory: Memory, set: () => number): Makers {
  const { integer, pick, chance } = random;
  return {
    // Sets are small but for one, as each new one takes memory of the kernel's.
    semget: () => {
      const small = [integer(1, 20), integer(0, 8)];
      const flags = pick([0o1666, 0o3666, 0o666, integer(0, 0o7777)]);
      return [...pick([[0, integer(1, 8)], small, [21, 32_000]]), flags];
    },
    semop: () => {
      const [region, offset, count] = operations(random, memory);
      return memory.frame((index) => [set(), region, offset, count][index] ?? 0, SEMOP_SLICE);
    },
    semopOne: () => {
      write(random, new DataView(memory.bytesOf(0) as ArrayBuffer, ONE_AT, SEMBUF_BYTES));
      return memory.frame((index) => (index === 0 ? set() : 0), SEMOP_SLICE);
    },
    semctl: () => [set(), integer(-1, 9), chance(0.02) ? 0 : pick(oneNumber), integer(-1, 40_000)],
    semctlAbout: () => [set(), pick([...structure, integer(1, 100)]), ...memory.span(128)],
    semctlEach: () => {
      const count = integer(0, 20);
      return [set(), pick([...eachNumber]), ...memory.span(count * 4), count];
    },
    semctlAll: () => {
      const count = pick([0, 8, integer(0, 8), 8_000]);
      return [set(), pick([GETALL, SETALL]), ...memory.span(count * 2), count];
    },
  };
}

/** Memory for waitStart's semop: region, offset, bytes. */
export function operationBytes(random: Random, memory: Memory): [number, number, number] {
  const [region, offset, count] = operations(random, memory);
  return [region, offset, count * SEMBUF_BYTES];
}

function operations(
  random: Random,
  { span, bytesOf }: Memory,
): [region: number, offset: number, count: number] {
  const count = random.pick([0, 1, 2, random.integer(0, 40), 501]);
  const [region, offset] = span(count * SEMBUF_BYTES);
  const bytes = bytesOf(region);
  const written = Math.min(count, 40) * SEMBUF_BYTES;
  if (bytes !== undefined) write(random, new DataView(bytes, offset, written));
  return [region, offset, count];
}

/** Fills it with operations, few of which wait. */
function write({ integer, pick, chance }: Random, halves: DataView): void {
  for (let at = 0; at < halves.byteLength; at += SEMBUF_BYTES) {
    const flags = pick([0, SEM_UNDO]) | (chance(0.95) ? IPC_NOWAIT : 0);
    halves.setUint16(at, chance(0.95) ? integer(0, 3) : integer(0, 65_535), true);
    halves.setInt16(at + 2, chance(0.95) ? integer(-2, 3) : integer(-32_768, 32_767), true);
    halves.setUint16(at + 4, chance(0.99) ? flags : integer(0, 65_535), true);
  }
}
