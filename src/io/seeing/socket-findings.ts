/** Conclusions that are the same of every kind of connected socket, in plain words. */
import type { View } from "../room.ts";
import type { Finding, Wait } from "../schema.ts";
import { named, theFirst } from "../sentences.ts";
import { type Doing, doingOf } from "./doing.ts";
import { socketHolders } from "./sockets.ts";

/** A socket as conclusions are drawn from it. */
export interface ConcludedSocket {
  readonly address: string;
  readonly inode: number;
  /** Who waits there. */
  readonly waits: readonly Wait[];
}

/** A listening socket. */
export interface Listener extends ConcludedSocket {
  readonly pending: number;
  readonly backlog: number;
}

/** Who waits to write, and not for anything else. */
export function isWriting({ operation }: Wait): boolean {
  return operation === "write" || operation === "send";
}

/** Undefined where somebody is accepting. To be asked where the listener takes no more. */
export function backlogFull(view: View, listener: Listener): Finding | undefined {
  const { address, waits, pending, backlog } = listener;
  const connecting = waits.filter(({ operation }) => operation === "connect");
  if (connecting.length < waits.length) return undefined;
  const holders = holdersOf(view, listener);
  // Whoever has inherited it and waits to connect is told of as that.
  const idle = new Map(
    [...holders].filter(([pid]) => connecting.every((wait) => wait.pid !== pid)),
  );
  const waiting = connecting.map(({ pid }) => `${nameOf(view, pid)} waits to connect.`);
  return {
    rule: "socket-backlog-full",
    severity: connecting.length > 0 ? "error" : "warning",
    objects: [address],
    processes: pidsOf(holders, connecting),
    text: [
      `${address} is full: ${connections(pending)} to be accepted, and its backlog is ${backlog}.`,
      ...idleHolders(view, idle, "does not accept"),
      ...theFirst(waiting),
      "=> who connects waits, or is refused, until somebody accepts.",
    ],
  };
}

function connections(count: number): string {
  return count === 1 ? "1 connection waits" : `${count} connections wait`;
}

/** Bytes that are still to be read, whose sender is gone. */
export function peerGone(
  view: View,
  socket: ConcludedSocket,
  unreadBytes: number,
): Finding | undefined {
  if (unreadBytes === 0 || socket.waits.some((wait) => !isWriting(wait))) return undefined;
  const holders = holdersOf(view, socket);
  return {
    rule: "socket-peer-gone-unread",
    severity: "info",
    objects: [socket.address],
    processes: [...holders.keys()],
    text: [
      `${socket.address} has ${unreadBytes} unread bytes, and its peer is gone.`,
      ...idleHolders(view, holders, "does not read"),
      "=> whoever reads them comes to the end; nothing that is written there arrives.",
    ],
  };
}

/** Two ends of which one can send no more. */
export interface FullQueue {
  readonly from: ConcludedSocket;
  readonly to: ConcludedSocket;
  /** At the other end. */
  readonly unreadBytes: number;
}

/** Undefined where the other side is about to read. To be asked where one end can send no more. */
export function queueFull(view: View, { from, to, unreadBytes }: FullQueue): Finding | undefined {
  if (to.waits.some((wait) => !isWriting(wait))) return undefined;
  const writing = from.waits.filter(isWriting);
  const both = writing.length > 0 && to.waits.length > 0;
  const holders = holdersOf(view, to);
  const waiting = writing.map(({ pid, syscall }) => {
    return `${nameOf(view, pid)} is blocked in ${syscall} on ${from.address}.`;
  });
  return {
    rule: both ? "socket-both-write" : "socket-queue-full",
    severity: severityOf(writing, holders),
    objects: [from.address, to.address],
    processes: pidsOf(holders, writing),
    text: [
      `${from.address} can send no more: ${unreadBytes} bytes are unread at its peer ${to.address}.`,
      ...theFirst(waiting),
      ...idleHolders(view, holders, `does not read ${to.address}`),
      both
        ? "=> both sides write and neither reads: nobody can make progress."
        : "=> who writes waits until the other side reads.",
    ],
  };
}

/** Who writes is stuck where nobody who could read is about to; else one end is slower. */
function severityOf(
  writing: readonly Wait[],
  readers: ReadonlyMap<number, Doing>,
): Finding["severity"] {
  if (writing.length === 0) return "warning";
  return [...readers.values()].every(({ isBlocked }) => isBlocked) ? "error" : "info";
}

function holdersOf(view: View, { inode }: ConcludedSocket): ReadonlyMap<number, Doing> {
  const pids = socketHolders(view, inode).map(({ process }) => process.pid);
  return new Map([...new Set(pids)].map((pid) => [pid, doingOf(view, pid)]));
}

function idleHolders(
  view: View,
  holders: ReadonlyMap<number, Doing>,
  omission: string,
): readonly string[] {
  if (holders.size === 0) return ["Nobody is seen to have it open."];
  return theFirst(
    [...holders].map(([pid, { text }]) => `${nameOf(view, pid)} ${text} and ${omission}.`),
  );
}

function nameOf(view: View, pid: number): string {
  return named(view.processes.processes, pid);
}

function pidsOf(holders: ReadonlyMap<number, Doing>, waits: readonly Wait[]): number[] {
  return [...new Set([...holders.keys(), ...waits.map(({ pid }) => pid)])];
}

/** Waits by the address of their object. */
export function byObject(waits: readonly Wait[]): (address: string) => readonly Wait[] {
  const groups = new Map<string, Wait[]>();
  for (const wait of waits) {
    const others = groups.get(wait.object);
    if (others === undefined) groups.set(wait.object, [wait]);
    else others.push(wait);
  }
  return (address) => groups.get(address) ?? nobody;
}

const nobody: readonly Wait[] = [];
