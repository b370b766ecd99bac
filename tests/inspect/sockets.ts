/** What the tests of the sockets' rooms share: foreign programs with sockets, and looks at them. */
import { type Snapshot, snapshot, type Wait } from "linux-ipc/inspect";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

const prelude = `
import array, os, select, signal, socket, sys, threading, time
from socket import *
def inode(s): return os.fstat(s.fileno()).st_ino
def say(*words): print(*words, flush=True)
def rest(): sys.stdin.read()
`;

/** Python that has done `script`, and the words of the line with which it says so. */
export interface Scripted {
  readonly peer: Peer;
  readonly pid: number;
  readonly words: readonly string[];
  /** The words as numbers. */
  readonly numbers: readonly number[];
}

/** Starts a script, which has to say() one line; it is killed at the end of the test. */
export async function scripted(
  scene: TestScene,
  script: string,
  parameters: readonly string[] = [],
  way: readonly string[] = [],
): Promise<Scripted> {
  const [program = python, ...more] = [...way, python];
  const peer = await startPeer(program, [...more, "-c", prelude + script, ...parameters]);
  scene.after(() => peer[Symbol.asyncDispose]());
  const words = (await peer.line()).split(" ");
  return { peer, pid: peer.pid, words, numbers: words.map(Number) };
}

/** The waits of a process, once it is seen to wait so often. */
export async function waitsOf(pid: number, count = 1): Promise<readonly Wait[]> {
  return (await lookUntil(({ waits }) => waitsIn(waits, pid).length >= count)).waits.filter(
    (wait) => wait.pid === pid,
  );
}

function waitsIn(waits: readonly Wait[], pid: number): Wait[] {
  return waits.filter((wait) => wait.pid === pid);
}

/** The first look at which this is so. */
export async function lookUntil(isSo: (seen: Snapshot) => boolean): Promise<Snapshot> {
  let seen: Snapshot | undefined;
  await until("the machine to be as expected", async () => {
    seen = await snapshot();
    return isSo(seen);
  });
  return seen as Snapshot;
}
