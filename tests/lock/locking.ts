/** Foreign programs that lock files for a test, and what the kernel says about their being blocked. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findObject, type ObjectRecord, type Snapshot, type Wait } from "linux-ipc/inspect";
import { decodeSyscall } from "../../src/wire/proc/syscall.ts";
import { nameSyscall } from "../../src/wire/proc/syscall-numbers.ts";
import { inTree } from "../../tools/paths.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** A folder that is gone after the test. */
export function folderFor(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-lock-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A program that locks one file as it is told. */
export interface Locker {
  readonly pid: number;
  readonly fd: number;
  readonly peer: Peer;
  /** "flock write", "posix read 0 10": comes back once it is done. */
  does(words: string): Promise<void>;
  /** The same of what blocks: comes back once the kernel says that it does. */
  waitsTo(words: string, call?: string): Promise<void>;
}

/** It ends with the test. */
export async function locker(scene: TestScene, path: string): Promise<Locker> {
  const script = inTree("tests/lock/peers/locker.py");
  const peer = await startPeer(python, ["-u", script, path]);
  scene.after(() => peer[Symbol.asyncDispose]());
  const fd = Number(await peer.line());
  const tell = async (words: string): Promise<void> => {
    peer.say(words);
    assert.equal(await peer.line(), "trying");
  };
  return {
    pid: peer.pid,
    fd,
    peer,
    async does(words) {
      await tell(words);
      assert.equal(await peer.line(), "done");
    },
    async waitsTo(words, call = words.startsWith("flock") ? "flock" : "fcntl") {
      await tell(words);
      await blockedIn(peer.pid, call);
    },
  };
}

/** Waits until so many threads of a process are blocked in a call. */
export async function blockedIn(pid: number, call: string, count = 1): Promise<void> {
  await until(`process ${pid} to block in ${call}`, () => {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return (
      tasks.filter((tid) => callOf(`/proc/${pid}/task/${tid}/syscall`) === call).length >= count
    );
  });
}

function callOf(path: string): string | undefined {
  try {
    const seen = decodeSyscall(readFileSync(path, "latin1"));
    return seen?.state === "syscall" ? nameSyscall(process.arch, seen)?.name : undefined;
  } catch {
    return undefined;
  }
}

/** The object of a file, which must be there. */
export function lockOn(seen: Snapshot, path: string): ObjectRecord {
  const object = findObject(seen, `lock:${path}`);
  assert.ok(object, `lock:${path} among ${seen.objects.map(({ address }) => address)}`);
  return object;
}

/** Who holds a lock on it: process, descriptor and mode. */
export function holdersOf(seen: Snapshot, { address }: ObjectRecord): unknown[] {
  const holds = seen.holds.filter(({ object }) => object === address);
  return holds.map(({ pid, how, fd, mode }) => [pid, how, fd, mode]);
}

/** The only wait of a process. */
export function waitOf(seen: Snapshot, pid: number): Wait {
  const waits = seen.waits.filter((wait) => wait.pid === pid);
  assert.equal(waits.length, 1, `${waits.length} waits of process ${pid}`);
  return waits[0] as Wait;
}

/** The numbers of those who are in the way. */
export function ownersOf({ owners = [] }: Wait): readonly number[] {
  return owners.map(({ pid }) => pid).sort((a, b) => a - b);
}
