/** The same as peers/add.c: `add ID COUNT`. */
import { SysvSharedMemory } from "linux-ipc/shared-memory";

const [id, count] = process.argv.slice(2).map(Number);
using memory = SysvSharedMemory.byId(id ?? -1).attach();
const small = memory.view(Int32Array, 0, 1);
const large = memory.view(BigInt64Array, 8, 1);
const begun = memory.view(Int32Array, 16, 1);
console.log("ready");
while (Atomics.load(begun, 0) === 0);
for (let left = count ?? 0; left > 0; left--) {
  Atomics.add(small, 0, 1);
  Atomics.add(large, 0, 1n);
}
