/** The peer in C that waits for mutexes, and waiting until somebody is blocked in futex(2). */
import { readdirSync, readFileSync } from "node:fs";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** A running peer, and the numbers that it said. */
export interface Mutexes {
  readonly peer: Peer;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Starts it; it and what it made are gone after the test. */
export async function mutexes(scene: TestScene, ...way: readonly string[]): Promise<Mutexes> {
  const program = await compiled(scene, "tests/futex/peers/mutexes.c");
  const peer = await startPeer(program, way);
  scene.after(async () => {
    peer.end();
    await peer.ended();
  });
  const words = (await peer.line()).split(" ").map((word) => word.split("="));
  return { peer, numbers: Object.fromEntries(words.map(([name, value]) => [name, Number(value)])) };
}

/** Resolves when a thread is blocked in the call of that number (of this machine). */
export async function inFutex(tid: number, count = 1): Promise<void> {
  const numbers = process.arch === "x64" ? ["202", "449", "455"] : ["98", "449", "455"];
  await until(`thread ${tid} to block in futex`, () => {
    const tids = count === 1 ? [String(tid)] : tasksOf(tid);
    const blocked = tids.filter((one) => numbers.includes(callOf(one)));
    return blocked.length >= count;
  });
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function callOf(tid: string): string {
  try {
    return readFileSync(`/proc/${tid}/syscall`, "latin1").split(" ")[0] ?? "";
  } catch {
    return "";
  }
}
