/** A FUSE file system for a test, which serves a few files and then hangs (hanging.c). */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSyscall } from "../../src/wire/proc/syscall.ts";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { ask, type Peer, startPeer } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

/** How it stops to answer. */
export type Way = "silent" | "asleep" | "stopped";

/** The file system and those who use it. */
export interface Hanging {
  readonly folder: string;
  /** Its address, "fuse:42". */
  readonly address: string;
  readonly daemon: Peer;
  /** Starts a program that will hang with it; it ends once the daemon is gone. */
  client(program: string, parameters: readonly string[]): Promise<Peer>;
  /** From now on it answers nothing. */
  hang(way: Way): Promise<void>;
}

/** Mounted until the end of the test; the daemon's end sets everybody free. */
export async function hanging(scene: TestScene): Promise<Hanging> {
  const program = await compiled(scene, "tests/fuse/hanging.c");
  const above = mkdtempSync(join(tmpdir(), "linux-ipc-fuse-"));
  scene.after(() => rmSync(above, { recursive: true }));
  const folder = join(above, "mounted");
  mkdirSync(folder);
  const daemon = await startPeer(program, [folder]);
  const clients: Peer[] = [];
  scene.after(async () => {
    await daemon[Symbol.asyncDispose]();
    for (const client of clients) await client[Symbol.asyncDispose]();
    await ask("umount", ["--lazy", folder]);
  });
  assert.equal(await daemon.line(), "ready");
  return {
    folder,
    address: `fuse:${numberOf(folder)}`,
    daemon,
    async client(name, parameters) {
      const client = await startPeer(name, parameters);
      clients.push(client);
      return client;
    },
    async hang(way) {
      if (way === "stopped") return stop(daemon);
      daemon.say(way);
      assert.equal(await daemon.line(), "hanging");
    },
  };
}

async function stop(daemon: Peer): Promise<void> {
  daemon.kill("SIGSTOP");
  const isStopped = (): boolean =>
    /^State:\tT/m.test(readFileSync(`/proc/${daemon.pid}/status`, "latin1"));
  await until("the daemon to stop", isStopped);
}

/** The minor number of the mount's device. */
function numberOf(folder: string): number {
  const rows = readFileSync("/proc/self/mountinfo", "latin1").split("\n");
  const row = rows.find((one) => one.split(" ")[4] === folder);
  return Number(row?.split(" ")[2]?.split(":")[1]);
}

/** Waits until so many threads of a process are blocked in a call, or in a page fault. */
export async function allBlocked(pid: number): Promise<void> {
  await until(`process ${pid} to block`, () => {
    const seen = decodeSyscall(readFileSync(`/proc/${pid}/syscall`, "latin1"));
    const wchan = readFileSync(`/proc/${pid}/wchan`, "latin1");
    return seen?.state === "syscall" && /^(request_wait_answer|path_openat|rwsem)/.test(wchan);
  });
}
