/**
 * Attaches a segment again and again, in all ways, until it is killed: `hold ID SEED`. Says so each
 * time; what it writes is at the end of the segment.
 */
import { type MappedMemory, ReservedRange, SysvSharedMemory } from "linux-ipc/shared-memory";
import { randomOf } from "../../harness/seed.ts";

const [id, seed] = process.argv.slice(2).map(Number);
const segment = SysvSharedMemory.byId(id ?? -1);
const random = randomOf(seed ?? 0);
const { sizeBytes } = segment.stat();
using range = ReservedRange.reserve(sizeBytes);
const held: MappedMemory[] = [];

console.log("ready");
for (let time = 0; ; time++) {
  const inRange = random.chance(0.3) && held.every((memory) => memory.closed);
  const memory = inRange ? segment.attach({ range }) : segment.attach();
  memory.bytes[sizeBytes - 1] = 1;
  if (random.chance(0.2)) memory.protect("read");
  held.push(memory);
  if (held.length > 8) held.shift()?.close();
  if (random.chance(0.5)) memory.close();
  if (time % 64 === 0) await new Promise(setImmediate);
}
