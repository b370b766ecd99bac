/** The foreign programs that speak to a set line by line, each in its language's own way. */
import { inTree } from "../../tools/paths.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";

/** A foreign program; what it can do is written in its script. */
export class ForeignSemaphore implements AsyncDisposable {
  readonly peer: Peer;

  private constructor(peer: Peer) {
    this.peer = peer;
  }

  /** peers/peer.pl, which opens the set of a key, or makes it with so many semaphores. */
  static async perl(key: number, count = 0): Promise<ForeignSemaphore> {
    const script = inTree("tests/semaphore/peers/peer.pl");
    const peer = await startPeer("perl", [script, String(key), String(count)]);
    await peer.line();
    return new ForeignSemaphore(peer);
  }

  /** peers/peer.py */
  static async python(key: number): Promise<ForeignSemaphore> {
    const script = inTree("tests/semaphore/peers/peer.py");
    return new ForeignSemaphore(await startPeer(python, [script, String(key)]));
  }

  /** peers/peer.php */
  static async php(): Promise<ForeignSemaphore> {
    const script = inTree("tests/semaphore/peers/peer.php");
    return new ForeignSemaphore(await startPeer("php", [script]));
  }

  get pid(): number {
    return this.peer.pid;
  }

  /** Its answer to one line. */
  ask(...words: readonly (string | number)[]): Promise<string> {
    this.peer.say(words.join(" "));
    return this.peer.line();
  }

  /** Ends it by SIGKILL; resolves when it is gone, and its undo done. */
  async kill(): Promise<void> {
    this.peer.kill();
    await this.peer.ended();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.peer[Symbol.asyncDispose]());
  }
}
