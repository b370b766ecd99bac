/** The foreign programs that speak to a queue line by line, each in its language's own way. */
import type { MessageType } from "linux-ipc/message-queue";
import { inTree } from "../../tools/paths.ts";
import type { Need } from "../harness/needs.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";

/** A language with a binding to System V message queues. */
export interface Language {
  readonly name: string;
  readonly need: Need;
  readonly program: string;
  readonly script: string;
  /** Whether its binding takes MSG_EXCEPT and MSG_NOERROR. */
  readonly takesFlags: boolean;
  /** The highest message type that its binding can send. */
  readonly typeMax: bigint;
}

const longMax = 2n ** 63n - 1n;

export const languages: readonly Language[] = [
  {
    name: "perl",
    need: "perl",
    program: "perl",
    script: "peer.pl",
    takesFlags: true,
    typeMax: longMax,
  },
  {
    name: "python3-sysv-ipc",
    need: "sysv_ipc",
    program: python,
    script: "peer.py",
    takesFlags: false,
    typeMax: 2n ** 31n - 1n,
  },
  {
    name: "php",
    need: "php",
    program: "php",
    script: "peer.php",
    takesFlags: true,
    typeMax: longMax,
  },
];

/** A flag of msgrcv or msgsnd, as the peers' scripts call it. */
export type FlagWord = "nowait" | "except" | "noerror";

/** A foreign program that has the queue of a key open. */
export class ForeignQueue implements AsyncDisposable {
  readonly peer: Peer;
  /** The queue's id, as the program was told it. */
  readonly id: number;

  private constructor(peer: Peer, id: number) {
    this.peer = peer;
    this.id = id;
  }

  /** Opens the queue, or makes it. */
  static async open(language: Language, key: number): Promise<ForeignQueue> {
    const script = inTree("tests/message-queue/peers", language.script);
    const peer = await startPeer(language.program, [script, String(key)]);
    return new ForeignQueue(peer, Number(await peer.line()));
  }

  /** "sent", or the name of an errno. */
  send(type: MessageType, data: Uint8Array, ...flags: readonly FlagWord[]): Promise<string> {
    return this.#ask("send", type, Buffer.from(data).toString("hex"), ...flags);
  }

  /** "TYPE HEX", or the name of an errno. */
  receive(type: MessageType, size: number, ...flags: readonly FlagWord[]): Promise<string> {
    return this.#ask("receive", type, size, ...flags);
  }

  /** The fields of struct msqid_ds that the binding shows, by their C names. */
  async stat(): Promise<Readonly<Record<string, number>>> {
    const pairs = (await this.#ask("stat")).split(" ").map((pair) => pair.split("="));
    return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
  }

  /** "done", or the name of an errno. */
  set(mode: number, maxBytes: number): Promise<string> {
    return this.#ask("set", mode.toString(8), maxBytes);
  }

  /** "done", or the name of an errno. */
  remove(): Promise<string> {
    return this.#ask("remove");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.peer[Symbol.asyncDispose]());
  }

  #ask(...words: readonly (string | number | bigint)[]): Promise<string> {
    this.peer.say(words.join(" "));
    return this.peer.line();
  }
}

/** How the peers print a message. */
export function printed(type: MessageType, data: Uint8Array): string {
  return `${type} ${Buffer.from(data).toString("hex")}`;
}
