/** Foreign programs that use POSIX message queues, for the tests of what is seen of them. */
import { inTree } from "../../tools/paths.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { ask, type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";
import { lookAt } from "../inspect/look.ts";

/** What peers/mq.py can do with a queue. */
export type Doing =
  | "send"
  | "receive"
  | "timed"
  | "poll"
  | "notify"
  | "unlinked"
  | "hold"
  | "leave";

const script = inTree("tests/message-queue/peers/mq.py");

/** The parameters of `python` that make it do this. */
export function doing(word: string, name: string): string[] {
  return [script, word, name];
}

/** Starts a peer that does this; the queue is unlinked after the test. */
export async function mqPeer(scene: TestScene, word: Doing, name: string): Promise<Peer> {
  const peer = await startPeer(python, doing(word, name));
  scene.after(() => peer[Symbol.asyncDispose]());
  await peer.line();
  if (word !== "unlinked") removedAfter(scene, name);
  return peer;
}

const removed = new WeakMap<TestScene, Set<string>>();

/** Several peers of a test may have the same queue. */
function removedAfter(scene: TestScene, name: string): void {
  const names = removed.get(scene) ?? new Set();
  removed.set(scene, names);
  if (names.has(name)) return;
  names.add(name);
  scene.after(() => ask(python, doing("unlink", name)));
}

/** Resolves when a thread of the process is blocked in a system call that waits. */
export async function asleep(pid: number): Promise<void> {
  await until(`process ${pid} to block`, () => {
    return lookAt(pid).threads.some(({ syscall }) => syscall !== undefined);
  });
}
