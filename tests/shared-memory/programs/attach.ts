/**
 * A worker that attaches a segment twice and leaves it so: idle, in an endless loop, while a thread
 * of Node's fills the memory, with its buffer transferred, or ending by itself.
 */
import { randomFill } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { SysvSharedMemory } from "linux-ipc/shared-memory";

const { id, how } = workerData as { readonly id: number; readonly how: string };
const segment = SysvSharedMemory.byId(id);
const { bytes } = segment.attach();
const window = segment.attach().window(100, 200);
window.fill(1);
if (how === "fill") randomFill(bytes, () => {});
if (how === "transfer") (bytes.buffer as { transfer?(): unknown }).transfer?.();
parentPort?.postMessage("attached");
if (how === "exit") process.exit(0);
if (how === "busy") for (;;) bytes.fill(2);
setInterval(() => bytes.fill(3), 1_000);
