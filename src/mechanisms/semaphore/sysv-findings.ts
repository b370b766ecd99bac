/** What follows from a set's values and from who waits for them, in plain words. */
import type { Finding } from "../../io/schema.ts";
import { LEAKED_AFTER_MS, named, theFirst } from "../../io/sentences.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { SysvSemaphoreSetStatus } from "./sysv-status.ts";
import { type Obstacle, obstaclesNow, obstacleText, type SetWait } from "./sysv-waits.ts";

/** One semaphore, as it was seen. */
export interface SemaphoreState {
  readonly value: number;
  /** 0 if nobody ever operated on it, or a process of another PID namespace. */
  readonly lastPid: number;
  /** Threads that wait until it is higher, and until it is zero. */
  readonly increase: number;
  readonly zero: number;
}

/** One set with what is known about it. */
export interface SetFacts {
  readonly status: SysvSemaphoreSetStatus;
  /** All values; undefined when we may not look. */
  readonly values: readonly number[] | undefined;
  /** The first semaphores; of a very large set not all. */
  readonly semaphores: readonly SemaphoreState[];
  readonly waits: readonly SetWait[];
  readonly processes: ReadonlyMap<number, Process>;
  /** True when no process has this number any more, as far as can be known. */
  readonly isGone: (pid: number) => boolean;
  /** When it was looked at, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** At most one finding a set: the strongest that holds. */
export function findingOf(facts: SetFacts): Finding | undefined {
  const blocked = blockedOf(facts);
  const circle = circleIn(facts, blocked);
  if (circle.length > 0) return deadlocked(facts, circle);
  const abandoned = blocked.filter(({ taker }) => facts.isGone(taker));
  if (abandoned.length > 0) return takerGone(facts, abandoned);
  return isLeaked(facts) ? leaked(facts) : undefined;
}

/** A waiter and the semaphore that the kernel waits for on its behalf. */
interface Blocked {
  readonly wait: SetWait;
  readonly obstacle: Obstacle;
  /** Who operated on that semaphore last, and so left it as it is. */
  readonly taker: number;
}

function blockedOf({ waits, values, semaphores }: SetFacts): Blocked[] {
  return waits.flatMap((wait) => {
    const [obstacle] = obstaclesNow(wait.operations ?? [], values ?? []);
    const taker = obstacle && semaphores[obstacle.index]?.lastPid;
    return obstacle === undefined || taker === undefined ? [] : [{ wait, obstacle, taker }];
  });
}

/**
 * A circle of two processes or more, each of which waits for what the next one operated on last.
 * From each leads one way at most, and none is gone twice: the work grows with the waiters alone.
 */
function circleIn(facts: SetFacts, blocked: readonly Blocked[]): readonly Blocked[] {
  const stopped = stoppedIn(facts, blocked);
  const visited = new Set<Blocked>();
  for (const first of stopped.values()) {
    const way: Blocked[] = [];
    let next: Blocked | undefined = first;
    while (next !== undefined && !visited.has(next)) {
      visited.add(next);
      way.push(next);
      next = stopped.get(next.taker);
    }
    const start = next === undefined ? -1 : way.indexOf(next);
    if (start >= 0 && way.length - start > 1) return way.slice(start);
  }
  return [];
}

/**
 * The processes that wait with all their threads, without a timeout, and all for the same other
 * process; by pid, one wait of each. Whoever else waits may go on by himself.
 */
function stoppedIn(
  { processes }: SetFacts,
  blocked: readonly Blocked[],
): ReadonlyMap<number, Blocked> {
  const groups = new Map<number, Blocked[]>();
  for (const one of blocked) {
    const group = groups.get(one.wait.pid);
    if (group === undefined) groups.set(one.wait.pid, [one]);
    else group.push(one);
  }
  const stopped = [...groups].flatMap(([pid, group]): [number, Blocked][] => {
    const [first] = group;
    const threads = processes.get(pid)?.threads.length;
    if (first === undefined || threads === undefined || group.length < threads) return [];
    const isOne = group.every((one) => isTaken(one) && one.taker === first.taker);
    return isOne ? [[pid, first]] : [];
  });
  return new Map(stopped);
}

/**
 * True where the last operation on it must have taken: had it added one, this wait were over. A wait
 * for more than one, or for zero, is how many meet at a barrier, and proves nothing.
 */
function isTaken({ wait, obstacle }: Blocked): boolean {
  return !wait.isTimed && obstacle.atLeast === 1;
}

function deadlocked(facts: SetFacts, circle: readonly Blocked[]): Finding {
  const text = [
    stateOf(facts),
    ...theFirst(circle.map((one) => `${waitText(facts, one)} ${lastText(facts, one)}`)),
    "=> each waits for what the next one operated on last: a deadlock, if that one holds it and no " +
      "other process operates on the set.",
  ];
  const processes = circle.map(({ wait }) => wait.pid);
  return finding(facts, "semaphore-deadlock", "warning", { blocked: circle, processes, text });
}

/** Whoever operated on it last is gone. That it held it is not known: SEM_UNDO counts as operating. */
function takerGone(facts: SetFacts, abandoned: readonly Blocked[]): Finding {
  const bySemaphore = new Map(abandoned.map((one) => [one.obstacle.index, one]));
  const end = abandoned.some(({ wait }) => wait.isTimed) ? " or its time is up" : "";
  const text = [
    stateOf(facts),
    ...theFirst(abandoned.map((one) => waitText(facts, one))),
    ...theFirst([...bySemaphore.values()].map((one) => lastText(facts, one))),
    "=> what it gave back at its end, with SEM_UNDO, is not enough, or it gave nothing back: the wait " +
      `lasts until another process operates on it${end}.`,
  ];
  const processes = abandoned.map(({ wait }) => wait.pid);
  return finding(facts, "semaphore-taker-gone", "warning", { blocked: abandoned, processes, text });
}

/** Everybody who is known to have used it is gone; who made it the kernel does not record. */
function isLeaked({ status, semaphores, waits, isGone, nowMs }: SetFacts): boolean {
  const users = semaphores.map(({ lastPid }) => lastPid).filter((pid) => pid > 0);
  const asleep = semaphores.some(({ increase, zero }) => increase + zero > 0);
  if (users.length === 0 || semaphores.length < status.count) return false;
  if (waits.length > 0 || asleep || !users.every(isGone)) return false;
  const { operatedAt, changedAt } = status;
  const last = Math.max(operatedAt?.getTime() ?? 0, changedAt.getTime());
  return nowMs - last > LEAKED_AFTER_MS;
}

function leaked(facts: SetFacts): Finding {
  const { id } = facts.status;
  const pids = [...new Set(facts.semaphores.map(({ lastPid }) => lastPid))].filter(
    (pid) => pid > 0,
  );
  const shown = pids.slice(0, 8).join(", ") + (pids.length > 8 ? ", …" : "");
  const [who, are] = pids.length === 1 ? ["Pid", "is"] : ["Pids", "are all"];
  const text = [
    stateOf(facts),
    `${who} ${shown}, the last to operate on its semaphores, ${are} gone, and nobody waits.`,
    "Who made it, and who will still use it, the kernel does not record.",
    `=> it may be left over; if so: ipc rm sem:${id}`,
  ];
  const found = finding(facts, "semaphore-leaked", "info", { blocked: [], processes: [], text });
  // A set holds no memory of a process: whoever knows its key may come back for it.
  return { ...found, removal: "likely" };
}

interface Conclusion {
  readonly blocked: readonly Blocked[];
  readonly processes: readonly number[];
  readonly text: readonly string[];
}

function finding(
  { status: { id } }: SetFacts,
  rule: string,
  severity: Finding["severity"],
  { blocked, processes, text }: Conclusion,
): Finding {
  const parts = blocked.map(({ obstacle }) => `sem:${id}/${obstacle.index}`);
  const objects = [...new Set([`sem:${id}`, ...parts])];
  return { rule, severity, objects, processes: [...new Set(processes)], text };
}

/** "sem:0 has 3 semaphores: 1, 0, 5." */
function stateOf({ status: { id, count }, values }: SetFacts): string {
  const noun = count === 1 ? "semaphore" : "semaphores";
  const shown = values?.slice(0, 8).join(", ");
  if (shown === undefined) return `sem:${id} has ${count} ${noun}.`;
  return `sem:${id} has ${count} ${noun}: ${shown}${count > 8 ? ", …" : ""}.`;
}

function waitText(facts: SetFacts, { wait, obstacle }: Blocked): string {
  const value = facts.values?.[obstacle.index];
  const now = value === undefined ? "" : `, which is ${value}`;
  return `${named(facts.processes, wait.pid)} is blocked in ${wait.syscall} for ${obstacleText(obstacle)}${now}.`;
}

function lastText(facts: SetFacts, { obstacle, taker }: Blocked): string {
  const last = `The last to operate on semaphore ${obstacle.index} was`;
  return facts.isGone(taker)
    ? `${last} pid ${taker}, which is gone.`
    : `${last} ${named(facts.processes, taker)}.`;
}
