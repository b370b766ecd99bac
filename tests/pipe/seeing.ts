/** What the tests of seeing pipes and FIFOs ask again and again. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import {
  type Finding,
  findObject,
  type Hold,
  type ObjectRecord,
  type Snapshot,
  snapshot,
  type Wait,
} from "linux-ipc/inspect";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";

/** What every peer in Python begins with. */
const prelude = `
import ctypes, fcntl, os, select, socket, struct, sys, termios, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def ready(*words): print("ready", *words, flush=True)
def forever():
    while True: time.sleep(1000)
def child(body):
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, 9)  # PR_SET_PDEATHSIG: it ends with its parent
        try: body()
        finally: os._exit(0)
    return pid
`;

/** Starts a program in Python, and gives the words that it says when it is ready. */
export async function startPython(
  body: string,
  parameters: readonly string[] = [],
): Promise<{ readonly peer: Peer; readonly words: readonly string[] }> {
  const peer = await startPeer(python, ["-c", `${prelude}${body}`, ...parameters]);
  const [, ...words] = (await peer.line()).split(" ");
  return { peer, words };
}

/** The address of the pipe at a descriptor of a process. */
export function pipeAt(pid: number, fd: number): string {
  const inode = /^pipe:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
  assert.ok(inode !== undefined, `descriptor ${fd} of ${pid} is no pipe`);
  return `pipe:${inode}`;
}

/** One object with all that is said of it. */
export interface Seen {
  readonly object: ObjectRecord;
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly findings: readonly Finding[];
  readonly all: Snapshot;
}

/** Looks once at the object, which must be there. */
export async function see(address: string): Promise<Seen> {
  const all = await snapshot({ kinds: ["pipe", "fifo"] });
  const object = findObject(all, address);
  assert.ok(object !== undefined, `${address} is not seen`);
  const about = <Item extends { readonly object: string }>(items: readonly Item[]): Item[] =>
    items.filter((item) => item.object === object.address);
  const findings = all.findings.filter(({ objects }) => objects.includes(object.address));
  return { object, holds: about(all.holds), waits: about(all.waits), findings, all };
}

/** Looks again and again until so many wait there. */
export async function seeWaits(address: string, count = 1): Promise<Seen> {
  return until(`${count} to wait at ${address}`, async () => {
    const seen = await see(address).catch(() => undefined);
    return seen !== undefined && seen.waits.length === count && seen;
  });
}

/** "12 read": who holds an object at which end, in order. */
export function ends({ holds }: Seen): string[] {
  return holds.map(({ pid, mode }) => `${pid} ${mode}`).sort();
}

/** What a wait says, without who waits. */
export function wordsOf({ operation, syscall, need, text }: Wait): readonly unknown[] {
  return [operation, syscall, need, text];
}
