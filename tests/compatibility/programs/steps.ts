/**
 * `steps ours|theirs root|nobody`: in an IPC namespace that is empty makes some objects, becomes that
 * user, runs each step and prints what it left. Standard input: a list of steps.
 */
import { readFileSync } from "node:fs";
import { SysvMessageQueue, SysvSemaphoreSet, SysvSharedMemory } from "linux-ipc";
import { comparable, ours, type Step, theirs } from "../outcomes.ts";

const [whose, user] = process.argv.slice(2);
const steps = JSON.parse(readFileSync(0, "utf8")) as readonly Step[];

/** Ids 0 to 4 of each kind, the first two under the keys 1 and 2. */
function make(): void {
  for (const [key, mode] of [
    [1, 0o600],
    [2, 0o666],
    [0, 0o644],
    [0, 0],
    [0xdeadbeef, 0o644],
  ] as const) {
    const options = { create: true, mode };
    SysvMessageQueue.open(key, options).close();
    SysvSharedMemory.open(key, { ...options, sizeBytes: 100 }).close();
    SysvSemaphoreSet.open(key, { ...options, count: 2 }).close();
  }
  SysvMessageQueue.byId(2).set({ uid: 65534 });
  SysvSharedMemory.byId(2).set({ uid: 65534 });
  SysvSemaphoreSet.byId(2).set({ uid: 65534 });
}

function become(name: string | undefined): void {
  if (name !== "nobody") return;
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}

/** Every object's id, mode, size and owner: neither pids nor times, nor keys, which may be random. */
function left(): readonly string[] {
  const columns = { msg: [1, 2, 7], shm: [1, 2, 3, 7], sem: [1, 2, 3, 4] };
  return Object.entries(columns).flatMap(([kind, places]) => {
    const lines = readFileSync(`/proc/sysvipc/${kind}`, "latin1").trimEnd().split("\n").slice(1);
    return lines.map((line) => {
      const words = line.trim().split(/ +/);
      return [kind, ...places.map((place) => words[place])].join(" ");
    });
  });
}

make();
become(user);
const ended: unknown[] = [];
for (const step of steps) {
  const outcome = whose === "ours" ? await ours(step) : theirs(step);
  ended.push({ step, ...comparable(outcome), left: left() });
}
console.log(JSON.stringify(ended));
