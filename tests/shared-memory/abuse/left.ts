/** What an abused process may not hold any more when everything in it is closed. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { listSysvSharedMemory } from "linux-ipc/shared-memory";
import { until } from "../../harness/deadline.ts";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Collects what can be collected; finalizers run in turns of the loop after it. */
export async function collect(): Promise<void> {
  for (let time = 0; time < 3; time++) {
    gc();
    await new Promise(setImmediate);
  }
}

/** The lines of /proc/self/maps that are of segments or of our files. */
export function mapped(): string[] {
  const lines = readFileSync("/proc/self/maps", "utf8").split("\n");
  return lines.filter((line) => /\/SYSV|linux-ipc-map-/.test(line));
}

/** The address space of this process, in KiB; proc_pid_status(5). */
export function addressSpace(): number {
  return Number(/^VmSize:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]);
}

export function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** More than V8 and malloc take for themselves between two looks. */
const addressSpaceSlackKibibytes = 512 * 1024;

/** Does it, and then nothing is left: no mapping, no attachment, no descriptor, no address space. */
export async function leavesNothing(work: () => unknown): Promise<void> {
  await collect();
  const before = { descriptors: descriptors(), space: addressSpace() };
  await work();
  await until("the end of every mapping", async () => {
    await collect();
    return mapped().length === 0 && addressSpace() < before.space + addressSpaceSlackKibibytes;
  });
  assert.equal(descriptors(), before.descriptors);
  for (const { id, attachments } of listSysvSharedMemory()) {
    assert.equal(attachments, 0, `shm:${id} is still attached`);
  }
}
