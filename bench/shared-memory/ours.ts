/** Our end of what is done with shared memory; twin.c plays the same one in C. */
import { SysvSharedMemory } from "linux-ipc/shared-memory";
import { stamp, summed } from "../runner/checksum.ts";
import { type Clock, type Play, play, type Side } from "../side.ts";

function segmentOf({ shared }: Side, place: number): SysvSharedMemory {
  return SysvSharedMemory.byId(Number(shared[place]));
}

/** The middle of a page, where copies are not at the mercy of where malloc puts things. */
const midPage = 2048;

/** Marks the one end and sums up the other, a step a copy, without a call that C would not make. */
function copies(
  side: Side,
  clock: Clock,
  from: Int32Array,
  to: Int32Array,
  copy: () => void,
): number {
  const { messages, warmup, sizeBytes } = side;
  const last = from.length - 1;
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    const mark = Math.imul(i, 0x9e3779b1);
    from[0] = mark;
    from[last] = mark;
    copy();
    sum = (Math.imul(sum, 31) + (to[0] ?? 0) + (to[last] ?? 0) + sizeBytes) | 0;
  }
  return sum;
}

function attaching(side: Side, clock: Clock): number {
  const segment = segmentOf(side, 0);
  for (let i = 0; i < side.messages; i++) {
    if (i === side.warmup) clock.start();
    segment.attach().close();
  }
  return 0;
}

function touching(side: Side, clock: Clock): number {
  const segment = segmentOf(side, 0);
  let sum = 0;
  for (let i = 0; i < side.messages; i++) {
    if (i === side.warmup) clock.start();
    const memory = segment.attach();
    stamp(memory.bytes, i);
    sum = summed(sum, memory.bytes);
    memory.close();
  }
  return sum;
}

function copyingIn(side: Side, clock: Clock): number {
  using memory = segmentOf(side, 0).attach();
  using beside = segmentOf(side, 1).attach();
  const data = beside.window(midPage, side.sizeBytes);
  const from = beside.view(Int32Array, midPage, side.sizeBytes / 4);
  const to = memory.view(Int32Array, 0, side.sizeBytes / 4);
  return copies(side, clock, from, to, () => memory.write(0, data));
}

function copyingOut(side: Side, clock: Clock): number {
  using memory = segmentOf(side, 0).attach();
  using beside = segmentOf(side, 1).attach();
  const data = beside.window(midPage, side.sizeBytes);
  const from = memory.view(Int32Array, 0, side.sizeBytes / 4);
  const to = beside.view(Int32Array, midPage, side.sizeBytes / 4);
  return copies(side, clock, from, to, () => memory.read(0, data));
}

const plays: Readonly<Record<string, Play>> = {
  "sysv attach and detach alone": attaching,
  "sysv attach, touch and detach alone": touching,
  "sysv copy in alone": copyingIn,
  "sysv copy out alone": copyingOut,
};

void play(plays);
