/** Our end of what is done with shared memory; twin.c plays the same one in C. */
import { SysvSharedMemory } from "linux-ipc/shared-memory";
import { stamp, summed } from "../runner/checksum.ts";
import { type Clock, type Play, play, type Side } from "../side.ts";

/** Does one thing, and gives the bytes that it ended with. */
type Step = (index: number) => Buffer;

/** Every step's bytes carry its mark, which is summed up. */
function steps({ messages, warmup }: Side, clock: Clock, step: Step): number {
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    sum = summed(sum, step(i));
  }
  return sum;
}

function segmentOf({ shared }: Side): SysvSharedMemory {
  return SysvSharedMemory.byId(Number(shared[0]));
}

function attaching(side: Side, clock: Clock): number {
  const segment = segmentOf(side);
  for (let i = 0; i < side.messages; i++) {
    if (i === side.warmup) clock.start();
    segment.attach().close();
  }
  return 0;
}

function touching(side: Side, clock: Clock): number {
  const segment = segmentOf(side);
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
  using memory = segmentOf(side).attach();
  const data = Buffer.alloc(side.sizeBytes);
  const seen = memory.window(0, side.sizeBytes);
  return steps(side, clock, (index) => {
    stamp(data, index);
    memory.write(0, data);
    return seen;
  });
}

function copyingOut(side: Side, clock: Clock): number {
  using memory = segmentOf(side).attach();
  const data = Buffer.alloc(side.sizeBytes);
  const there = memory.window(0, side.sizeBytes);
  return steps(side, clock, (index) => {
    stamp(there, index);
    return memory.read(0, data);
  });
}

const plays: Readonly<Record<string, Play>> = {
  "sysv attach and detach alone": attaching,
  "sysv attach, touch and detach alone": touching,
  "sysv copy in alone": copyingIn,
  "sysv copy out alone": copyingOut,
};

void play(plays);
