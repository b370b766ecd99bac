/** Every kind of wait on a set, by name: what tests begin, interrupt, terminate and kill. */
import type { SysvSemaphoreSet } from "linux-ipc/semaphore";

/** A kind of wait, on a set whose semaphore 0 is zero and whose semaphore 1 is not. */
export interface Wait {
  /** Begins it; one that blocks the thread returns or throws only when it is over. */
  readonly begin: (set: SysvSemaphoreSet) => Promise<unknown>;
  /** How many threads block in it. */
  readonly threads: number;
}

export type WaitName =
  | ("acquire" | "acquireSync" | "operate" | "operateSync")
  | ("waitForZero" | "waitForZeroSync" | "many");

const manyThreads = 12;

const both = [
  { index: 1, by: -1 },
  { index: 0, by: -1, undo: true },
];

export const waits: Readonly<Record<WaitName, Wait>> = {
  acquire: { begin: (set) => set.acquire(0, { undo: true }), threads: 1 },
  acquireSync: { begin: async (set) => set.acquireSync(0), threads: 1 },
  operate: { begin: (set) => set.operate(both), threads: 1 },
  operateSync: { begin: async (set) => set.operateSync(both), threads: 1 },
  waitForZero: { begin: (set) => set.waitForZero(1), threads: 1 },
  waitForZeroSync: { begin: async (set) => set.waitForZeroSync(1), threads: 1 },
  many: {
    begin: (set) => Promise.all(Array.from({ length: manyThreads }, () => set.acquire(0))),
    threads: manyThreads,
  },
};

/** The values for them. */
export const waitedOn: readonly number[] = [0, 1];

export const waitNames: readonly WaitName[] = Object.keys(waits) as WaitName[];
