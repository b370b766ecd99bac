/** Perl that is blocked on a set, for what looks at it to see. */
import { blocked } from "../harness/blocked.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** One operation: which semaphore, by how much, and with which flags. */
export type PerlOperation = readonly [index: number, by: number, flags?: number];

/** SEM_UNDO, as perl and the kernel know it. */
export const undo = 0o10000;

/** What perl is told to do at once. */
export function perlOperations(id: number, operations: readonly PerlOperation[]): string {
  const words = operations.flatMap(([index, by, flags = 0]) => [index, by, flags]);
  return `semop(${id}, pack("s${words.length}", ${words.join(", ")}))`;
}

/** How an operator is started. */
export interface OperatorOptions {
  /** Put before perl: a command that runs it. */
  readonly through?: readonly string[];
}

/** Perl, called "sem-wait", blocked in these operations until it is killed or they are done. */
export async function blockedOperator(
  scene: TestScene,
  id: number,
  operations: readonly PerlOperation[],
  options: OperatorOptions = {},
): Promise<Peer> {
  const body = `${perlOperations(id, operations)} or die $!`;
  const peer = await operator(scene, "sem-wait", body, options);
  await blocked(peer.pid, "semop", id);
  return peer;
}

/** Perl, called "sem-own", which has done these operations and lives until it is killed. */
export async function idleOperator(
  scene: TestScene,
  id: number,
  operations: readonly PerlOperation[],
): Promise<Peer> {
  const body = `${perlOperations(id, operations)} or die $!; print "done\\n"; <STDIN>`;
  const peer = await operator(scene, "sem-own", body);
  await peer.line();
  return peer;
}

/** One semaphore: the id of its set, and its index. */
export type Place = readonly [id: number, index: number];

/** Two that each take one of the two, whose values are 1, and then wait for the other. */
export async function lockedPair(
  scene: TestScene,
  first: Place,
  second: Place,
): Promise<readonly [Peer, Peer]> {
  const one = await taker(scene, first, second);
  const other = await taker(scene, second, first);
  one.say("now");
  await blocked(one.pid, "semop", second[0]);
  other.say("now");
  await blocked(other.pid, "semop", first[0]);
  return [one, other];
}

/** Has taken its own semaphore, and takes the other when it is told to. */
async function taker(scene: TestScene, own: Place, other: Place): Promise<Peer> {
  const [take, want] = [own, other].map(([id, index]) => perlOperations(id, [[index, -1]]));
  const body = `${take} or die $!; print "took\\n"; <STDIN>; ${want} or die $!`;
  const peer = await operator(scene, "sem-pair", body);
  await peer.line();
  return peer;
}

async function operator(
  scene: TestScene,
  name: string,
  body: string,
  { through = [] }: OperatorOptions = {},
): Promise<Peer> {
  const words = [...through, "perl", "-e", `$0 = shift; $| = 1; ${body}`, name];
  const [program = "perl", ...parameters] = words;
  const peer = await startPeer(program, parameters);
  scene.after(() => peer[Symbol.asyncDispose]());
  return peer;
}
