/**
 * Nobody makes sets whose mode denies their owner: `unprivileged MODE VALUE,VALUE,…`. Prints the id.
 */
import { SysvSemaphoreSet } from "linux-ipc/semaphore";

const [mode = "", values = ""] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(65534);
process.setuid?.(65534);
const initial = values.split(",").map(Number);
using set = SysvSemaphoreSet.open(0, { mode: Number.parseInt(mode, 8), initial });
console.log(set.id);
