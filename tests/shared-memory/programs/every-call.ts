/** Asks the kernel for everything the room can ask for, once; strace watches. */
import {
  listSysvSharedMemory,
  ReservedRange,
  SysvSharedMemory,
  type SysvSharedMemoryOptions,
  sysvSharedMemoryLimits,
} from "linux-ipc/shared-memory";

const key = 0x5a17_0002;
const page = 4096;

/** Huge pages are refused on most machines: asking is what is watched. */
function ask(options: SysvSharedMemoryOptions): void {
  try {
    SysvSharedMemory.open(0, options).remove();
  } catch {}
}

const sizeBytes = 3 * page;
SysvSharedMemory.open(key, { create: true, exclusive: true, mode: 0o640, sizeBytes }).close();
SysvSharedMemory.open(key, { create: true, sizeBytes: 100 }).close();
const segment = SysvSharedMemory.open(key);
SysvSharedMemory.byId(segment.id).close();
ask({ sizeBytes, noReserve: true });
ask({ sizeBytes, hugePages: true });
ask({ sizeBytes, hugePages: 2 ** 21, noReserve: true });
ask({ sizeBytes, hugePages: 2 ** 30 });

const memory = segment.attach();
segment.attach({ readOnly: true }).close();
segment.attach({ execute: true, readOnly: true }).close();
const range = ReservedRange.reserve(9 * page);
segment.attach({ range, offset: page }).close();
segment.attach({ range, offset: 5 * page + 1, round: true, readOnly: true }).close();
range.close();

memory.protect("read");
memory.protect("none", { offset: page, sizeBytes: page });
memory.protect("read-write");
memory.lock();
memory.lock({ onFault: true, offset: 2 * page });
memory.unlock();
memory.advise("will-need");
memory.advise("dont-fork", { sizeBytes: page });
memory.sync();
memory.sync({ wait: false, invalidate: true });
memory.resident();
memory.close();

segment.lock();
segment.unlock();
segment.set({ mode: 0o600 });
segment.stat();
sysvSharedMemoryLimits();
listSysvSharedMemory();
segment.remove();
