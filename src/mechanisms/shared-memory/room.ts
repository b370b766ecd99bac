/** The room of shared memory, as the command, the map, the doctor and the tests see it. */
import { readFileSync } from "node:fs";
import { probeOn } from "../../io/probe.ts";
import type { Limit, Probe, Room } from "../../io/room.ts";
import { everywhere } from "../../io/seeing/everywhere.ts";
import { together } from "../../io/seeing/together.ts";
import { decodeLimits } from "../../wire/proc/limits.ts";
import { mappingKind, memfdKind, posixSharedMemoryKind } from "./memory-kinds.ts";
import { seeMemory } from "./memory-see.ts";
import { posixMemoryLimits } from "./posix-limits.ts";
import { sysvSharedMemoryKind } from "./sysv-kind.ts";
import { sysvSharedMemoryLimits } from "./sysv-limits.ts";
import { seeSysvSharedMemory } from "./sysv-see.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

/** System V segments, of every IPC namespace that lets us in. */
const seeSegments = everywhere(seeSysvSharedMemory);

/** The room. */
export const sharedMemoryRoom: Room = {
  name: "shared-memory",
  kinds: [sysvSharedMemoryKind, posixSharedMemoryKind, memfdKind, mappingKind],
  probe,
  limits,
  see: (view) => together([seeSegments(view), seeMemory(view)]),
};

/** Tries each thing on a segment of its own, which is gone afterwards. */
function probe(): readonly Probe[] {
  const make = "make a System V shared memory segment (shmget)";
  return probeOn(
    make,
    () => SysvSharedMemory.open(0, { sizeBytes: 1 }),
    (segment) => [
      ["attach it (shmat)", () => segment.attach().close()],
      ["keep it in memory (SHM_LOCK)", () => segment.lock()],
      ["huge pages (SHM_HUGETLB)", makeHuge],
    ],
  );
}

/** The kernel rounds one byte up to a whole huge page. */
function makeHuge(): void {
  using segment = SysvSharedMemory.open(0, { sizeBytes: 1, hugePages: true });
  segment.remove();
}

function limits(): readonly Limit[] {
  const { segmentsMax, segments, pagesMax, pages, segmentBytesMax } = sysvSharedMemoryLimits();
  return [
    {
      what: "System V shared memory segments in this IPC namespace",
      name: "kernel.shmmni",
      unit: "segments",
      limit: segmentsMax,
      used: segments,
      raise: "sysctl -w kernel.shmmni=NUMBER",
    },
    {
      what: "pages of all System V segments in this IPC namespace",
      name: "kernel.shmall",
      unit: "pages",
      limit: plain(pagesMax),
      used: plain(pages),
      raise: "sysctl -w kernel.shmall=PAGES",
    },
    {
      what: "bytes in one System V segment",
      name: "kernel.shmmax",
      unit: "bytes",
      limit: plain(segmentBytesMax),
      used: null,
      raise: "sysctl -w kernel.shmmax=BYTES",
    },
    ...lockedMemory(),
    ...posixMemoryLimits(),
  ];
}

/** For SHM_LOCK of those without CAP_IPC_LOCK; none where it does not limit or cannot be read. */
function lockedMemory(): Limit[] {
  const limit = softLimit("Max locked memory");
  if (limit === undefined || !Number.isFinite(limit)) return [];
  return [
    {
      what: "bytes that a user without CAP_IPC_LOCK may keep in memory (SHM_LOCK, mlock)",
      name: "RLIMIT_MEMLOCK",
      unit: "bytes",
      limit,
      used: null,
      raise: "ulimit -l KIBIBYTES, or prlimit --pid PID --memlock=BYTES",
    },
  ];
}

function softLimit(name: string): number | undefined {
  try {
    return decodeLimits(readFileSync("/proc/self/limits")).get(name)?.soft;
  } catch {
    return undefined;
  }
}

function plain(value: bigint): number | bigint {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
