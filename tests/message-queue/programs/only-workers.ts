/**
 * Uses the package in workers alone, one after the other: `only-workers COUNT`. Prints a JSON line a
 * worker: how its waits ended, and the real-time signals that have a handler when it has ended. Then
 * raises each of these signals, and prints "alive".
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { startWorker } from "../programs.ts";

const firstRealTime = 34;
const lastRealTime = 64;

/** Numbers, as SigCgt of proc_pid_status(5) has them. */
function caught(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const mask = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1]}`);
  const numbers = Array.from({ length: lastRealTime }, (_, index) => index + 1);
  return numbers.filter((n) => n >= firstRealTime && ((mask >> BigInt(n - 1)) & 1n) === 1n);
}

async function useOnce(): Promise<void> {
  const worker = startWorker("brief-waits", undefined);
  const ended = once(worker, "exit");
  const [waits] = await once(worker, "message");
  await ended;
  console.log(JSON.stringify({ waits, caught: caught() }));
}

for (let count = Number(process.argv[2]); count > 0; count--) await useOnce();
for (const signal of caught()) process.kill(process.pid, signal);
await new Promise((resolve) => setTimeout(resolve, 10));
console.log("alive");
