/** Words in memory that threads wait on, and who has the mutex whose word it is. */
import type { Sight, View } from "../../io/room.ts";
import type { Hold, Link, Wait } from "../../io/schema.ts";
import { isStillThere, sinceUnknown } from "../../io/seeing/blocked.ts";
import { type FutexWait, futexWaits } from "../../io/seeing/futex-waits.ts";
import { named } from "../../io/sentences.ts";
import { GLIBC_MUTEX_BYTES } from "../../wire/futex.ts";
import { addressOf } from "./futex-address.ts";
import { findingsOf } from "./futex-findings.ts";
import { type Claim, claimIn, type Known, knownOwner, mayHaveOwner } from "./futex-owner.ts";
import { futexRecord } from "./futex-record.ts";

/** A futex with those who wait on it. */
export interface Futex {
  readonly address: string;
  readonly waits: readonly FutexWait[];
  /** The bytes from the word on; undefined where they could not be read. */
  readonly memory: Uint8Array | undefined;
  readonly claim: Claim | undefined;
  readonly known: Known | undefined;
}

/** Objects, waits and findings of the kind "futex". */
export function seeFutexes(view: View): Sight {
  const futexes = [...groups(view)].flatMap(([address, waits]) => {
    return futexOf(view, address, waits) ?? [];
  });
  return {
    objects: futexes.map(futexRecord),
    holds: futexes.flatMap(holdOf),
    waits: futexes.flatMap((futex) => futex.waits.map((wait) => waitRecord(view, futex, wait))),
    links: futexes.flatMap(linkOf),
    findings: findingsOf(view, futexes),
    gaps: [],
  };
}

/**
 * What lies in a semaphore is the semaphore's. Most of what lies in a process's own memory are idle
 * threads that wait for work: only where a thread may have what another waits for is it looked at.
 */
function groups(view: View): ReadonlyMap<string, readonly FutexWait[]> {
  const found = new Map<string, FutexWait[]>();
  for (const wait of futexWaits(view)) {
    if (wait.place?.memory?.kind === "psem") continue;
    if (wait.place === undefined && !mayHaveOwner(wait)) continue;
    const address = addressOf(view, wait);
    const others = found.get(address);
    if (others === undefined) found.set(address, [wait]);
    else others.push(wait);
  }
  return found;
}

/** Undefined of what is a process's own, and nobody is known to have it. */
function futexOf(view: View, address: string, waits: readonly FutexWait[]): Futex | undefined {
  const [first] = waits;
  if (first === undefined) return undefined;
  const memory = memoryAt(view, first);
  const held = memory && heldOf(view, memory, waits);
  if (first.place === undefined && held === undefined) return undefined;
  return { address, waits, memory, claim: held?.claim, known: held?.known };
}

/** So many waiters are asked whether they still wait, at most. */
const ASKED_MAX = 4;

/** What was read may be of another time, where the threads have gone on since. */
function heldOf(
  view: View,
  memory: Uint8Array,
  waits: readonly FutexWait[],
): { readonly claim: Claim; readonly known: Known } | undefined {
  for (const wait of waits.filter(mayHaveOwner).slice(0, ASKED_MAX)) {
    const claim = claimIn(memory, wait);
    const known = claim && knownOwner(view, wait, claim);
    if (claim !== undefined && known !== undefined && isStillThere(view, wait)) {
      return { claim, known };
    }
  }
  return undefined;
}

/** The word may be the last thing in its page. */
function memoryAt(view: View, { tid, address }: FutexWait): Uint8Array | undefined {
  return view.readMemory(tid, address, GLIBC_MUTEX_BYTES) ?? view.readMemory(tid, address, 4);
}

function holdOf({ address, known }: Futex): Hold[] {
  if (known === undefined || !("owner" in known)) return [];
  const { pid } = known.owner;
  return [{ pid, object: address, how: "lock", fd: null, at: null, mode: null }];
}

function linkOf({ address, waits }: Futex): Link[] {
  const memory = waits[0]?.place?.memory;
  if (memory === undefined) return [];
  return [{ from: address, to: memory.address, kind: "lies-in", direction: "both" }];
}

function waitRecord(view: View, { address, known, claim }: Futex, wait: FutexWait): Wait {
  const isLock = claim !== undefined;
  return {
    pid: wait.process.pid,
    tid: wait.tid,
    object: address,
    operation: isLock ? "lock" : wait.operation,
    syscall: wait.call.name,
    ...(wait.isTimed ? { isTimed: true } : {}),
    ...(wait.isOneOf ? { isOneOf: true } : {}),
    ...(known !== undefined && "owner" in known ? { owners: [known.owner] } : {}),
    need: isLock || wait.expected === undefined ? {} : { otherThan: wait.expected },
    text: textOf(view, wait, known),
    unknown: sinceUnknown,
  };
}

function textOf(view: View, wait: FutexWait, known: Known | undefined): string {
  if (known === undefined) {
    if (wait.operation === "lock") return "the mutex, whose holder is not seen";
    return `the word at 0x${wait.address.toString(16)} to change from ${wait.expected}`;
  }
  if ("goneTid" in known) return `the mutex that thread ${known.goneTid} held, which has ended`;
  const { pid, tid } = known.owner;
  const thread = tid === pid ? "" : `, thread ${tid},`;
  if (tid === wait.tid) return "the mutex that it holds itself";
  if (pid === wait.process.pid) return `the mutex that its own thread ${tid} holds`;
  return `the mutex that ${named(view.processes.processes, pid)}${thread} holds`;
}

/**
 * How many threads of each process wait on words of its own memory, that no other process can change:
 * they wait for their own process, most for work.
 */
export function ownWaits(view: View): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { place, process } of futexWaits(view)) {
    if (place === undefined) counts.set(process.pid, (counts.get(process.pid) ?? 0) + 1);
  }
  return counts;
}
