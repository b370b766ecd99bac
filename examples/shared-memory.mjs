// Memory that any program of the machine can have, C or Python: here a worker counts in it, and the
// main thread looks. Run it with: node examples/shared-memory.mjs
import { once } from "node:events";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { SysvSharedMemory } from "linux-ipc/shared-memory";

if (isMainThread) {
  const segment = SysvSharedMemory.open(0, { sizeBytes: 4096, mode: 0o600 });
  const memory = segment.attach();
  try {
    const worker = new Worker(new URL(import.meta.url), { workerData: segment.id });
    await once(worker, "exit");

    // Numbers that others change: with Atomics. Texts: decoded from a copy.
    const count = Atomics.load(memory.view(Int32Array, 0, 1), 0);
    console.log(`counted to ${count}:`, memory.read(64, 5).toString());
    console.log("attached", segment.stat().attachments, "time");
  } finally {
    memory.close();
    segment.remove(); // the segment would outlive the program
  }
} else {
  const memory = SysvSharedMemory.byId(workerData).attach();
  const counter = memory.view(Int32Array, 0, 1);
  for (let i = 0; i < 1000; i++) Atomics.add(counter, 0, 1);
  memory.write(64, "done!");
  memory.close();
}
