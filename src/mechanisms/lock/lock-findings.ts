/** What follows from who holds a lock and who waits for it, in plain words. */
import type { View } from "../../io/room.ts";
import type { Finding } from "../../io/schema.ts";
import { named, theFirst } from "../../io/sentences.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { LockWait } from "./lock-waits.ts";
import { lockText } from "./lock-words.ts";
import type { HeldLock } from "./locked-files.ts";

/** One object with those who wait at it. */
export interface LockFacts {
  readonly address: string;
  readonly waits: readonly LockWait[];
}

/** At most one finding a lock that is in somebody's way. */
export function findingsOf(view: View, facts: LockFacts): Finding[] {
  const obstacles = new Map<HeldLock, LockWait[]>();
  for (const wait of facts.waits) {
    for (const lock of wait.obstacles) {
      const others = obstacles.get(lock);
      if (others === undefined) obstacles.set(lock, [wait]);
      else others.push(wait);
    }
  }
  return [...obstacles].flatMap(([lock, waits]) => findingOf(view, facts.address, lock, waits));
}

function findingOf(
  view: View,
  address: string,
  lock: HeldLock,
  waits: readonly LockWait[],
): Finding[] {
  const holders = holdersOf(view, lock);
  if (holders.length === 0) return [];
  const seen: Seen = { view, address, lock, waits, holders };
  if (holders.every(({ state }) => state === "T" || state === "t")) return [stopped(seen)];
  return isInherited(seen) ? [inherited(seen)] : [];
}

interface Seen {
  readonly view: View;
  readonly address: string;
  readonly lock: HeldLock;
  readonly waits: readonly LockWait[];
  readonly holders: readonly Process[];
}

function holdersOf(view: View, { line, holders }: HeldLock): readonly Process[] {
  if (holders.length > 0) return [...new Set(holders.map(({ process }) => process))];
  const taker = view.processes.processes.get(line.pid);
  return taker === undefined ? [] : [taker];
}

function stopped(seen: Seen): Finding {
  const pids = seen.holders.map(({ pid }) => pid);
  const one = pids.length === 1;
  const text = [
    stateOf(seen),
    ...theFirst(seen.holders.map(({ pid }) => `${nameIn(seen, pid)} holds it and is stopped.`)),
    `=> nobody gets the lock until ${one ? "it goes" : "one of them goes"} on (kill -CONT ` +
      `${pids.slice(0, 8).join(" ")}) or ${one ? "ends" : "all of them end"}.`,
  ];
  return finding(seen, "lock-holder-stopped", text);
}

/**
 * The one who took it is gone, and a child, which inherited the open description, keeps it. In a
 * nested PID namespace the kernel has only 0 for who is gone.
 */
function isInherited({ view, lock: { line, holders } }: Seen): boolean {
  const isShared = line.type === "FLOCK" || line.type === "OFDLCK";
  return isShared && holders.length > 0 && (line.pid === 0 || view.isGone(line.pid));
}

function inherited(seen: Seen): Finding {
  const { holders, lock } = seen;
  const { pid: taker } = lock.line;
  const text = [
    stateOf(seen),
    taker === 0
      ? "Who took it is gone, or of another PID namespace."
      : `Pid ${taker}, which took it, is gone.`,
    ...theFirst(
      holders.map(({ pid }) => `${nameIn(seen, pid)} inherited the open file and so the lock.`),
    ),
    "=> the lock lasts until each of these has closed the file or one has unlocked it.",
  ];
  return finding(seen, "lock-inherited", text);
}

/** "lock:/run/x has an exclusive lock on all of it, and 2 threads wait for it to go." */
function stateOf({ address, lock, waits }: Seen): string {
  const count = waits.length === 1 ? "1 thread waits" : `${waits.length} threads wait`;
  const what = lock.line.type === "LEASE" ? "a lease" : lockText(lock.line);
  return `${address} has ${what}, and ${count} for it to go.`;
}

function nameIn({ view }: Seen, pid: number): string {
  return named(view.processes.processes, pid);
}

function finding(seen: Seen, rule: string, text: readonly string[]): Finding {
  const { address, holders, waits } = seen;
  const waiting = waits.map(({ wait }) => wait(address).pid);
  const processes = [...new Set([...holders.map(({ pid }) => pid), ...waiting])];
  return { rule, severity: "warning", objects: [address], processes, text };
}
