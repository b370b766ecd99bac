/** What the tests of descriptors without a path ask of a snapshot. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Snapshot } from "linux-ipc/inspect";
import { inTree } from "../../tools/paths.ts";
import { ask, type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** A record of a snapshot's list. */
export type Seen<List extends keyof Snapshot> = Snapshot[List] extends readonly (infer One)[]
  ? One
  : never;

/** The program of a source, compiled once for all tests of this process. */
const programs = new Map<string, Promise<string>>();

async function programOf(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-c-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const program = join(folder, basename(source, ".c"));
  await ask("gcc", [...strict, "-o", program, inTree(source)], { timeoutMs: 60_000 });
  return program;
}

const strict = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"];

/** Starts a peer in C that prints a line of numbers and then blocks. */
export async function startEvents(
  scene: TestScene,
  source: string,
  ...words: readonly string[]
): Promise<{ readonly peer: Peer; readonly numbers: readonly number[] }> {
  const program = programs.get(source) ?? programOf(source);
  programs.set(source, program);
  const peer = await startPeer(await program, words);
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
