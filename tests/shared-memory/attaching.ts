/** Perl that has a segment attached, for what looks at it to see. */
import { type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

export interface HolderOptions {
  readonly name?: string;
  readonly readOnly?: boolean;
  /** How often it attaches it. */
  readonly times?: number;
  /** Put before perl: a command that runs it. */
  readonly through?: readonly string[];
  /** What perl does once it has it, before it says so. */
  readonly then?: string;
}

/** Perl, called `name`, which has the segment attached until its standard input ends. */
export async function holder(
  scene: TestScene,
  id: number,
  options: HolderOptions = {},
): Promise<Peer> {
  const { name = "shm-hold", readOnly = false, times = 1, through = [], then = "" } = options;
  const flags = readOnly ? "SHM_RDONLY" : "0";
  const attach = `defined(shmat(${id}, undef, ${flags})) or die $! for 1 .. ${times};`;
  const script = `use IPC::SysV qw(shmat SHM_RDONLY); $0 = shift; $| = 1; ${attach} ${then}
    print "ready\\n"; <STDIN>`;
  const [program = "perl", ...words] = [...through, "perl", "-e", script, name];
  const peer = await startPeer(program, words);
  scene.after(() => peer[Symbol.asyncDispose]());
  await peer.line();
  return peer;
}
