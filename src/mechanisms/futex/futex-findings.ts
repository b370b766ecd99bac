/** What follows from who has the mutexes that are waited for, in plain words. */
import type { View } from "../../io/room.ts";
import type { Finding } from "../../io/schema.ts";
import { isStillThere } from "../../io/seeing/blocked.ts";
import type { FutexWait } from "../../io/seeing/futex-waits.ts";
import { named, theFirst } from "../../io/sentences.ts";
import type { Futex } from "./futex-see.ts";

/** Owners that are gone, and circles of threads. */
export function findingsOf(view: View, futexes: readonly Futex[]): Finding[] {
  return [...futexes.flatMap((futex) => ownerGone(view, futex)), ...circles(view, futexes)];
}

function ownerGone(view: View, { address, waits, known, claim }: Futex): Finding[] {
  if (known === undefined || !("goneTid" in known) || claim === undefined) return [];
  const { processes } = view.processes;
  const waiting = waits.map(({ process, tid }) => {
    const thread = tid === process.pid ? "" : `, thread ${tid},`;
    return `${named(processes, process.pid)}${thread} waits for it.`;
  });
  return [
    {
      rule: "mutex-owner-gone",
      severity: "error",
      objects: [address],
      processes: [...new Set(waits.map(({ process }) => process.pid))],
      text: [
        `${address} is a mutex that thread ${known.goneTid} held, and that thread has ended.`,
        ...theFirst(waiting),
        claim.isRobust
          ? "=> the kernel should have told the next one; it did not, or is about to."
          : "=> nobody will unlock it: it is no robust mutex.",
      ],
    },
  ];
}

interface Step {
  readonly tid: number;
  readonly pid: number;
  readonly wait: FutexWait;
  readonly futex: Futex;
  readonly ownerTid: number;
}

/** A thread waits for one mutex at a time, and a mutex has one owner: the way is never in doubt. */
function circles(view: View, futexes: readonly Futex[]): Finding[] {
  const steps = new Map<number, Step>();
  for (const futex of futexes) {
    if (futex.known === undefined || !("owner" in futex.known)) continue;
    const ownerTid = futex.known.owner.tid ?? 0;
    for (const wait of futex.waits) {
      const { process, tid, isTimed, isOneOf } = wait;
      if (!isTimed && !isOneOf) steps.set(tid, { tid, pid: process.pid, wait, futex, ownerTid });
    }
  }
  const done = new Set<number>();
  return [...steps.values()].flatMap((step) => circleFrom(view, steps, done, step) ?? []);
}

function circleFrom(
  view: View,
  steps: ReadonlyMap<number, Step>,
  done: Set<number>,
  first: Step,
): Finding | undefined {
  const way: Step[] = [];
  let step: Step | undefined = first;
  while (step !== undefined && !done.has(step.tid)) {
    done.add(step.tid);
    way.push(step);
    step = steps.get(step.ownerTid);
  }
  const start = step === undefined ? -1 : way.indexOf(step);
  if (start < 0) return undefined;
  const round = way.slice(start);
  return round.every(({ wait }) => isStillThere(view, wait)) ? circle(view, round) : undefined;
}

function circle(view: View, way: readonly Step[]): Finding {
  const { processes } = view.processes;
  const name = ({ pid, tid }: Step): string => {
    return `${named(processes, pid)}${tid === pid ? "" : `, thread ${tid},`}`;
  };
  const objects = way.map(({ futex }) => futex.address);
  const [only] = way;
  const isAlone = way.length === 1 && only !== undefined;
  const text = isAlone
    ? [`${objects[0]} is a mutex for which ${name(only)} waits, and which it holds itself.`]
    : [
        `${way.length} threads wait in a circle for mutexes.`,
        ...theFirst(
          way.map((step, at) => {
            const next = way[(at + 1) % way.length] ?? step;
            return `${name(step)} waits for ${step.futex.address}, which ${name(next)} holds.`;
          }),
        ),
      ];
  const end = isAlone ? "it locked it twice: it waits forever" : "a deadlock: none can go on";
  return {
    rule: "mutex-deadlock",
    severity: "error",
    objects: [...new Set(objects)],
    processes: [...new Set(way.map(({ pid }) => pid))],
    text: [...text, `=> ${end}.`],
  };
}
