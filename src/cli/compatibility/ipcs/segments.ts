/** Segments of shared memory, as ipcs shows them. */
import { sysvSharedMemoryLimits } from "../../../index.ts";
import { row } from "../columns.ts";
import { ULONG_MAX } from "../numbers.ts";
import { pageSize } from "../page-size.ts";
import type { Streams } from "../program.ts";
import { unlessRefused } from "../refusal.ts";
import { sizeIn, titleIn, type Unit } from "../sizes.ts";
import { ctime, fullTime, shortTime } from "../times.ts";
import {
  creators,
  headOf,
  type Kind,
  keyOf,
  type Listing,
  listed,
  octalOf,
  ownerOf,
  permissionsOf,
  type Section,
  wanted,
} from "./kind.ts";
import { segmentLimits } from "./limits.ts";
import { type Segment, SHM_DEST, SHM_LOCKED, segments } from "./records.ts";

/** Shared memory. */
export const sharedMemory: Kind = { section, details };

function section(asked: Section, unit: Unit): string {
  if (asked === "limits") return unlessRefused(() => limits(unit), noLimits);
  if (asked === "summary") return unlessRefused(summary, noSummary);
  return listed(asked === "objects" ? objects(unit) : listings[asked], segments(), unit);
}

const noLimits = "unable to fetch shared memory limits\n";
const noSummary = "kernel not configured for shared memory\n";

const wide = [10, 10, 10, 10, 10, 10, 12];
const status = [10, 10, 10, 10, 10, 10, 6, 6];

function objects(unit: Unit): Listing<Segment> {
  const size = unit === "human" ? "size" : "bytes";
  const titles = `key shmid owner perms ${size} nattch status`;
  return { head: headOf("Shared Memory Segments", wide, titles), rowOf };
}

function rowOf(segment: Segment, unit: Unit): string {
  const size = sizeIn(unit, segment.bytes);
  return row(status, [
    keyOf(segment),
    segment.id,
    ownerOf(segment),
    permissionsOf(segment),
    unit === "human" ? `${size.padStart(6)}    ` : size,
    String(segment.attachments),
    (segment.mode & SHM_DEST) === 0 ? " " : "dest",
    (segment.mode & SHM_LOCKED) === 0 ? " " : "locked",
  ]);
}

const times = [10, 10, 20, 20, 20];
const pids = [10, 10, 10, 10];

const listings: Readonly<Record<"creators" | "times" | "pids", Listing<Segment>>> = {
  creators: creators("Shared Memory Segment Creators/Owners", "shmid"),
  times: {
    head: headOf(
      "Shared Memory Attach/Detach/Change Times",
      times,
      "shmid owner attached detached changed",
    ),
    rowOf: (segment) =>
      row(times, [
        segment.id,
        ownerOf(segment),
        shortTime(segment.attached),
        shortTime(segment.detached),
        shortTime(segment.changed),
      ]),
  },
  pids: {
    head: headOf("Shared Memory Creator/Last-op PIDs", pids, "shmid owner cpid lpid"),
    rowOf: (segment) =>
      row(pids, [segment.id, ownerOf(segment), segment.creatorPid, segment.lastPid]),
  },
};

const SHMMIN = 1n;

function limits(unit: Unit): string {
  const { segments, segmentBytes, pages } = segmentLimits();
  const segmentUnit = unit === "default" ? "kilobytes" : unit;
  const leastUnit = unit === "default" ? "bytes" : unit;
  return [
    headOf("Shared Memory Limits"),
    `max number of segments = ${segments}\n`,
    `${titleIn(segmentUnit, "max seg size")}${sizeIn(segmentUnit, segmentBytes)}\n`,
    total(pages, unit),
    `${titleIn(leastUnit, "min seg size")}${sizeIn(leastUnit, SHMMIN)}\n`,
  ].join("");
}

/** In kilobytes, unless something else is asked for. */
function total(pages: bigint, unit: Unit): string {
  const title = "max total shared memory";
  const page = BigInt(pageSize());
  if (unit !== "default") return `${titleIn(unit, title)}${sizeIn(unit, product(pages, page))}\n`;
  return `${title} (kbytes) = ${product(pages, page / 1024n)}\n`;
}

/** What passes 64 bits becomes the largest multiple that does not. */
function product(count: bigint, size: bigint): bigint {
  return count * size > ULONG_MAX ? ULONG_MAX - (ULONG_MAX % size) : count * size;
}

function summary(): string {
  const use = sysvSharedMemoryLimits();
  return [
    headOf("Shared Memory Status"),
    `segments allocated ${use.segments}\n`,
    `pages allocated ${use.pages}\n`,
    `pages resident  ${use.residentPages}\n`,
    `pages swapped   ${use.swappedPages}\n`,
    `Swap performance: ${use.swapAttempts} attempts\t ${use.swapSuccesses} successes\n`,
  ].join("");
}

function details(id: number, unit: Unit, streams: Streams): void {
  const segment = wanted(segments(), id, streams);
  if (segment === undefined) return;
  const { uid, gid, creatorUid, creatorGid, mode } = segment;
  const size = `${unit === "human" ? "size" : "bytes"}=${sizeIn(unit, segment.bytes)}`;
  const pids = `lpid=${segment.lastPid}\tcpid=${segment.creatorPid}`;
  streams.print(`
Shared memory Segment shmid=${id}
uid=${uid}\tgid=${gid}\tcuid=${creatorUid}\tcgid=${creatorGid}
mode=${octalOf(mode)}\taccess_perms=${octalOf(mode & 0o777)}
${size}\t${pids}\tnattch=${segment.attachments}
att_time=${fullTime(segment.attached).padEnd(26)}
det_time=${fullTime(segment.detached).padEnd(26)}
change_time=${ctime(segment.changed).padEnd(26)}

`);
}
