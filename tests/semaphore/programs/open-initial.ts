/**
 * Opens sets with their first values: says "ready", then for each line "KEY VALUE,VALUE,…" the id of
 * the set and the values that it saw at once, or the code of the error.
 */
import { createInterface } from "node:readline";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";

function open(line: string): string {
  const [key, values = ""] = line.split(" ");
  const initial = values.split(",").map(Number);
  const options = { create: true, initial, initialTimeoutMs: 5_000 };
  using set = SysvSemaphoreSet.open(Number(key), options);
  return `${set.id} ${set.values().join(",")}`;
}

createInterface({ input: process.stdin }).on("line", (line) => {
  try {
    console.log(open(line));
  } catch (error) {
    console.log((error as NodeJS.ErrnoException).code);
  }
});
console.log("ready");
