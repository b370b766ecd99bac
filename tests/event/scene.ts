/** What the tests of descriptors without a path ask of a snapshot. */
import type { Snapshot } from "linux-ipc/inspect";
import { compiled } from "../harness/compiled.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** A record of a snapshot's list. */
export type Seen<List extends keyof Snapshot> = Snapshot[List] extends readonly (infer One)[]
  ? One
  : never;

/** Starts a peer in C that prints a line of numbers and then blocks. */
export async function startEvents(
  scene: TestScene,
  source: string,
  ...words: readonly string[]
): Promise<{ readonly peer: Peer; readonly numbers: readonly number[] }> {
  const peer = await startPeer(await compiled(scene, source), words);
  scene.after(() => peer[Symbol.asyncDispose]());
  const line = await peer.line();
  return { peer, numbers: line.trim().split(" ").map(Number) };
}

/** The object that a process has open under this number; it must be there. */
export function behind(seen: Snapshot, pid: number, fd: number): Seen<"objects"> {
  const hold = seen.holds.find((one) => one.pid === pid && one.fd === fd);
  const object = seen.objects.find(({ address }) => address === hold?.object);
  if (object === undefined) throw new Error(`Nothing was seen behind ${pid}/${fd}`);
  return object;
}

/** The waits of a process, by object. */
export function waitsOf(seen: Snapshot, pid: number): readonly Seen<"waits">[] {
  return seen.waits.filter((one) => one.pid === pid);
}
