/** `ipcmk`: makes System V objects under random keys, as util-linux's does. */
import { randomInt } from "node:crypto";
import {
  type ErrorName,
  SysvMessageQueue,
  SysvSemaphoreSet,
  SysvSharedMemory,
  sysvSharedMemoryLimits,
} from "../../index.ts";
import { type CommandLine, information, readCommandLine } from "./command-line.ts";
import type { Given } from "./getopt.ts";
import { asInt, intOrStop, strtoul } from "./numbers.ts";
import { pageSize } from "./page-size.ts";
import { type Ending, fatalErrno, type Streams, wrongUsage } from "./program.ts";
import { refusalOf } from "./refusal.ts";
import { sizeOrStop } from "./sizes.ts";

const line: CommandLine = {
  summary: "Makes System V shared memory, semaphores and message queues, under random keys.",
  forms: ["[-M SIZE] [-S COUNT] [-Q] [-p MODE]"],
  options: [
    { letter: "M", long: "shmem", takes: "value", value: "SIZE", meaning: "shared memory" },
    { letter: "S", long: "semaphore", takes: "value", value: "COUNT", meaning: "semaphores" },
    { letter: "Q", long: "queue", takes: "nothing", meaning: "a message queue" },
    { letter: "p", long: "mode", takes: "value", value: "MODE", meaning: "octal, instead of 0644" },
    ...information,
  ],
  notes: "SIZE is in bytes; K or KiB behind it is 1024 of them, KB is 1000, and so on to Y.",
};

/** What was asked for. The mode may hold any flag of shmget(2), semget(2) and msgget(2). */
interface Asked {
  readonly sizeBytes?: bigint;
  readonly count?: number;
  readonly queue?: true;
  readonly mode: number;
}

/** The program. Operands are passed over. */
export function ipcmk(words: readonly string[], streams: Streams): Ending {
  let asked: Asked = { mode: 0o644 };
  readCommandLine(words, line, streams, (option) => {
    asked = { ...asked, ...changeFor(option) };
  });
  const { sizeBytes, count, queue, mode } = asked;
  if (sizeBytes === undefined && count === undefined && queue === undefined) {
    throw wrongUsage("bad usage");
  }
  if (sizeBytes !== undefined) makeSegment(sizeBytes, mode, streams);
  if (queue !== undefined) {
    make("Message queue", "create message queue failed", streams, () =>
      SysvMessageQueue.open(randomKey(), madeWith(mode)),
    );
  }
  if (count !== undefined) {
    make("Semaphore", "create semaphore failed", streams, () =>
      SysvSemaphoreSet.open(randomKey(), { ...madeWith(mode), count }),
    );
  }
  return 0;
}

function changeFor({ letter, value = "" }: Given): Partial<Asked> {
  switch (letter) {
    case "M":
      return { sizeBytes: sizeOrStop(value, "failed to parse size") };
    case "S":
      return { count: intOrStop(value, "failed to parse elements") };
    case "Q":
      return { queue: true };
    default:
      return { mode: modeOf(value) };
  }
}

/** A wrong mode is reported with an errno that nobody has set. */
function modeOf(text: string): number {
  const { value, rest, hasDigits, isOutOfRange } = strtoul(text, 8);
  if (isOutOfRange) throw fatalErrno("failed to parse mode", "ERANGE");
  if (!hasDigits || rest !== "") throw fatalErrno("failed to parse mode", "");
  return asInt(value);
}

/** Makes the object and says its id. @throws what ends the program where the system refuses */
function make(title: string, complaint: string, streams: Streams, open: () => Made): void {
  const errno = refusalOf(() => {
    using object = open();
    streams.print(`${title} id: ${object.id}\n`);
  });
  if (errno !== "") throw fatalErrno(complaint, errno);
}

interface Made extends Disposable {
  readonly id: number;
}

const segmentComplaint = "create share memory failed";

const IPC_EXCL = 0o2000;
const SHM_HUGETLB = 0o4000;
const SHM_NORESERVE = 0o10000;
const SHM_HUGE_SHIFT = 26;

function makeSegment(sizeBytes: bigint, flags: number, streams: Streams): void {
  if (sizeBytes > Number.MAX_SAFE_INTEGER)
    throw fatalErrno(segmentComplaint, refusalBeyondNumbers(sizeBytes));
  const hugePages = (flags & SHM_HUGETLB) !== 0 && hugePageBytes(flags);
  const noReserve = (flags & SHM_NORESERVE) !== 0;
  const options = { ...madeWith(flags), sizeBytes: Number(sizeBytes), hugePages, noReserve };
  make("Shared memory", segmentComplaint, streams, () =>
    SysvSharedMemory.open(randomKey(), options),
  );
}

/** True for the default size. */
function hugePageBytes(flags: number): number | true {
  const power = flags >>> SHM_HUGE_SHIFT;
  return power === 0 || 2 ** power;
}

/**
 * What the kernel says of more than the library's numbers hold, 8 PiB: no machine has so much. It
 * would make such a segment for whoever reserves nothing (SHM_NORESERVE), which this does not.
 */
function refusalBeyondNumbers(sizeBytes: bigint): ErrorName {
  const { segmentBytesMax, pagesMax, pages } = sysvSharedMemoryLimits();
  if (sizeBytes > segmentBytesMax) return "EINVAL";
  const page = BigInt(pageSize());
  if ((sizeBytes + page - 1n) / page + pages > pagesMax) return "ENOSPC";
  return sizeBytes >= 2n ** 63n ? "EINVAL" : "ENOMEM";
}

/** What the flags say of a new object of any kind. IPC_CREAT is always among them. */
function madeWith(flags: number): { create: true; exclusive: boolean; mode: number } {
  return { create: true, exclusive: (flags & IPC_EXCL) !== 0, mode: flags & 0o777 };
}

/** Any key, 0 (IPC_PRIVATE) too, as in the original. */
function randomKey(): number {
  return randomInt(2 ** 32);
}
