/** The foreign programs that speak to a segment line by line, each in its language's own way. */
import { inTree } from "../../tools/paths.ts";
import { type Need, python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";

/** A language with a binding to System V shared memory. */
export interface Language {
  readonly name: string;
  readonly need: Need;
  readonly program: string;
  readonly script: string;
  /** Whether its binding shows and changes struct shmid_ds. */
  readonly showsStatus: boolean;
}

export const languages: readonly Language[] = [
  { name: "perl", need: "perl", program: "perl", script: "peer.pl", showsStatus: true },
  {
    name: "python3-sysv-ipc",
    need: "sysv_ipc",
    program: python,
    script: "peer.py",
    showsStatus: true,
  },
  { name: "php", need: "php", program: "php", script: "peer.php", showsStatus: false },
];

/** A foreign program that has the segment of a key open. */
export class ForeignSegment implements AsyncDisposable {
  readonly peer: Peer;
  /** The segment's id, as the program was told it. */
  readonly id: number;

  private constructor(peer: Peer, id: number) {
    this.peer = peer;
    this.id = id;
  }

  /** Opens the segment, or makes it. */
  static async open(language: Language, key: number, size: number): Promise<ForeignSegment> {
    const script = inTree("tests/shared-memory/peers", language.script);
    const peer = await startPeer(language.program, [script, String(key), String(size)]);
    return new ForeignSegment(peer, Number(await peer.line()));
  }

  async read(offset: number, size: number): Promise<Buffer> {
    return Buffer.from(await this.ask("read", offset, size), "hex");
  }

  /** "done", or the name of an errno. */
  write(offset: number, data: Uint8Array): Promise<string> {
    return this.ask("write", offset, Buffer.from(data).toString("hex"));
  }

  /** The fields of struct shmid_ds by their C names. */
  async stat(): Promise<Readonly<Record<string, number>>> {
    const pairs = (await this.ask("stat")).split(" ").map((pair) => pair.split("="));
    return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
  }

  /** Any command; its answer. */
  ask(...words: readonly (string | number)[]): Promise<string> {
    this.peer.say(words.join(" "));
    return this.peer.line();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.peer[Symbol.asyncDispose]());
  }
}
