/** processUses(): what each process has to do with IPC, in numbers. */
import { groupBy } from "../io/group-by.ts";
import type { Hold, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { checkSnapshot, kindNameOf } from "./find.ts";
import { type Surroundings, surroundingsOf } from "./who-helps.ts";

/** One process, in numbers. */
export interface ProcessUse {
  readonly process: ProcessRecord;
  /** How many different objects it holds, by kind. */
  readonly objects: Readonly<Record<string, number>>;
  /**
   * How many other processes can give it something, and take something from it: each counted once
   * for every object through which it can.
   */
  readonly from: number;
  readonly to: number;
  readonly waits: readonly Wait[];
}

/**
 * Every process of the snapshot, in its order. The work grows with the holds and links, since an
 * object's holders are counted once for all who share it.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for what is no snapshot.
 */
export function processUses(snapshot: Snapshot): readonly ProcessUse[] {
  checkSnapshot(snapshot);
  const around = surroundingsOf(snapshot);
  const crowds = new Map<string, Crowd>();
  for (const [address, holds] of around.holds) crowds.set(address, crowdOf(holds));
  const held = groupBy(snapshot.holds, ({ pid }) => pid);
  const waits = groupBy(snapshot.waits, ({ pid }) => pid);
  return snapshot.processes.map((process) => {
    const own = held.get(process.pid) ?? [];
    const objects = new Set(own.map(({ object }) => object));
    let [from, to] = [0, 0];
    for (const address of objects) {
      const degrees = degreesAt(around, crowds, address, process.pid);
      from += degrees.from;
      to += degrees.to;
    }
    return { process, objects: kindsOf(objects), from, to, waits: waits.get(process.pid) ?? [] };
  });
}

/** Who holds an object, by what he can do with it. */
interface Crowd {
  readonly readers: ReadonlySet<number>;
  readonly writers: ReadonlySet<number>;
}

const nobody: Crowd = { readers: new Set(), writers: new Set() };

function crowdOf(holds: readonly Hold[]): Crowd {
  return {
    readers: new Set(holds.filter(({ mode }) => mode !== "write").map(({ pid }) => pid)),
    writers: new Set(holds.filter(({ mode }) => mode !== "read").map(({ pid }) => pid)),
  };
}

/** Of what is joined, the others are at the other end; of everything else they hold the same. */
function degreesAt(
  { links }: Surroundings,
  crowds: ReadonlyMap<string, Crowd>,
  address: string,
  pid: number,
): { readonly from: number; readonly to: number } {
  const crowdAt = (end: string): Crowd => crowds.get(end) ?? nobody;
  const joined = links.get(address) ?? [];
  if (joined.length === 0) {
    const { readers, writers } = crowdAt(address);
    const from = readers.has(pid) ? others(writers, pid) : 0;
    return { from, to: writers.has(pid) ? others(readers, pid) : 0 };
  }
  const ends = joined.map(({ from, to, direction }) => {
    const { readers, writers } = crowdAt(from === address ? to : from);
    const [comes, goes] = [to === address, from === address].map(
      (is) => is || direction === "both",
    );
    return { from: comes ? others(writers, pid) : 0, to: goes ? others(readers, pid) : 0 };
  });
  const sum = (side: "from" | "to"): number => ends.reduce((all, end) => all + end[side], 0);
  return { from: sum("from"), to: sum("to") };
}

function others(pids: ReadonlySet<number>, pid: number): number {
  return pids.size - (pids.has(pid) ? 1 : 0);
}

function kindsOf(addresses: ReadonlySet<string>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const address of addresses) {
    const kind = kindNameOf(address);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
