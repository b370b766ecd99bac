/** `ipcmk`: makes System V objects under random keys, as util-linux's does. */
import { randomInt } from "node:crypto";
import { SysvMessageQueue, SysvSemaphoreSet, SysvSharedMemory } from "../../index.ts";
import { type CommandLine, information, readCommandLine } from "./command-line.ts";
import type { Given } from "./getopt.ts";
import { asInt, intOrStop, strtoul } from "./numbers.ts";
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
  if (sizeBytes !== undefined) {
    made("share memory", "Shared memory", streams, () => segment(sizeBytes, mode));
  }
  if (queue !== undefined)
    made("message queue", "Message queue", streams, () => messageQueue(mode));
  if (count !== undefined) made("semaphore", "Semaphore", streams, () => semaphores(count, mode));
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

/** @throws what ends the program where the system refuses */
function made(what: string, title: string, streams: Streams, make: () => Made): void {
  const errno = refusalOf(() => {
    using object = make();
    streams.print(`${title} id: ${object.id}\n`);
  });
  if (errno !== "") throw fatalErrno(`create ${what} failed`, errno);
}

interface Made extends Disposable {
  readonly id: number;
}

const IPC_EXCL = 0o2000;
const SHM_HUGETLB = 0o4000;
const SHM_NORESERVE = 0o10000;
const SHM_HUGE_SHIFT = 26;

function segment(sizeBytes: bigint, flags: number): Made {
  const hugePages = (flags & SHM_HUGETLB) !== 0 && (flags >>> SHM_HUGE_SHIFT || true);
  const noReserve = (flags & SHM_NORESERVE) !== 0;
  const options = { ...madeWith(flags), sizeBytes: Number(sizeBytes), hugePages, noReserve };
  return SysvSharedMemory.open(randomKey(), options);
}

function messageQueue(flags: number): Made {
  return SysvMessageQueue.open(randomKey(), madeWith(flags));
}

function semaphores(count: number, flags: number): Made {
  return SysvSemaphoreSet.open(randomKey(), { ...madeWith(flags), count });
}

/** IPC_CREAT is always among the flags. */
function madeWith(flags: number): { create: true; exclusive: boolean; mode: number } {
  return { create: true, exclusive: (flags & IPC_EXCL) !== 0, mode: flags & 0o777 };
}

/** Any key, 0 (IPC_PRIVATE) too, as in the original. */
function randomKey(): number {
  return randomInt(2 ** 32);
}
