/** Queues and blocked programs for the command to see, made by programs that are not ours. */

import { blocked } from "../harness/blocked.ts";
import { ask, type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** The id of a new queue made by ipcmk, which is removed when the test ends. */
export async function foreignQueue(scene: TestScene): Promise<number> {
  const id = Number(/(\d+)\n?$/.exec(await ask("ipcmk", ["-Q", "-p", "0600"]))?.[1]);
  scene.after(() => ask("ipcrm", ["-q", String(id)]).catch(ignoreRemoved));
  return id;
}

/** A test may remove the queue itself. */
function ignoreRemoved(error: Error): void {
  if (!/invalid id|already removed/.test(error.message)) throw error;
}

/** How a blocked program looks to the command. */
export interface PeerLook {
  readonly name?: string;
  readonly type?: number;
}

export interface SenderOptions extends PeerLook {
  readonly sizeBytes?: number;
}

/** Perl, called `name`, blocked in msgsnd for a message of this type and size. */
export async function blockedSender(
  scene: TestScene,
  id: number,
  { name = "msg-full", type = 3, sizeBytes = 8000 }: SenderOptions = {},
): Promise<Peer> {
  const program = `$0 = shift; msgsnd(${id}, pack("l! a*", ${type}, "x" x ${sizeBytes}), 0)`;
  const peer = await started(scene, program, name);
  await blocked(peer.pid, "msgsnd", id);
  return peer;
}

/** Perl, called `name`, blocked in msgrcv for this type. */
export async function blockedReceiver(
  scene: TestScene,
  id: number,
  { name = "msg-recv", type = 7 }: PeerLook = {},
): Promise<Peer> {
  const peer = await started(scene, `$0 = shift; msgrcv(${id}, $b, 99, ${type}, 0)`, name);
  await blocked(peer.pid, "msgrcv", id);
  return peer;
}

async function started(scene: TestScene, program: string, name: string): Promise<Peer> {
  const peer = await startPeer("perl", ["-e", program, name]);
  scene.after(() => peer[Symbol.asyncDispose]());
  return peer;
}

/** Sends one message with perl. */
export async function perlSend(id: number, type: number, text: string): Promise<void> {
  const program = `msgsnd(${id}, pack("l! a*", ${type}, shift), 0) or die $!`;
  await ask("perl", ["-e", program, text]);
}
