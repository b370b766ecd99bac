/** Our ends of the exchanges with semaphores; twin.c plays the same ones in C. */
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { type Clock, type Play, play, type Side } from "../side.ts";

/** The semaphores of the set, as room.ts makes it. */
const ping = 0;
const pong = 1;
const gate = 2;

/** What an end works with. */
interface Turn extends Side {
  readonly set: SysvSemaphoreSet;
  readonly clock: Clock;
}

/** Opens the set for an end and closes it after it. */
function withSet(end: (turn: Turn) => void | Promise<void>): Play {
  return async (side, clock) => {
    using set = SysvSemaphoreSet.byId(Number(side.shared[0]));
    await end({ ...side, set, clock });
    return 0;
  };
}

/** Runs each turn, and starts the clock after the warm-up. */
function turns({ messages, warmup, clock }: Turn, turn: () => void): void {
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    turn();
  }
}

function near(side: Turn): void {
  const { set } = side;
  turns(side, () => {
    set.post(ping);
    set.acquireSync(pong);
  });
}

function far(side: Turn): void {
  const { set } = side;
  turns(side, () => {
    set.acquireSync(ping);
    set.post(pong);
  });
}

const takePing = [{ index: ping, by: -1 }];
const takePong = [{ index: pong, by: -1 }];
const givePing = [{ index: ping, by: 1 }];
const givePong = [{ index: pong, by: 1 }];

function nearOfArrays(side: Turn): void {
  const { set } = side;
  turns(side, () => {
    set.operateSync(givePing);
    set.operateSync(takePong);
  });
}

function farOfArrays(side: Turn): void {
  const { set } = side;
  turns(side, () => {
    set.operateSync(takePing);
    set.operateSync(givePong);
  });
}

async function nearWaiting({ set, messages, warmup, clock }: Turn): Promise<void> {
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    set.post(ping);
    await set.acquire(pong);
  }
}

async function farWaiting({ set, messages }: Turn): Promise<void> {
  for (let i = 0; i < messages; i++) {
    await set.acquire(ping);
    set.post(pong);
  }
}

function pairs(side: Turn, undo: boolean): void {
  const { set } = side;
  const options = undo ? { undo } : undefined;
  turns(side, () => {
    if (set.tryAcquire(gate, options) === undefined) throw new Error("nobody else takes it");
    set.post(gate, 1, options);
  });
  check(set);
}

const takeBoth = [
  { index: gate, by: -1 },
  { index: ping, by: 1 },
];
const giveBoth = [
  { index: gate, by: 1 },
  { index: ping, by: -1 },
];

function pairsOfArrays(side: Turn): void {
  const { set } = side;
  turns(side, () => {
    if (!set.tryOperate(takeBoth) || !set.tryOperate(giveBoth)) throw new Error("nobody else");
  });
  check(set);
}

/** Every pair has given back what it took. */
function check(set: SysvSemaphoreSet): void {
  if (set.values().join() !== "0,0,1") throw new Error(`wrong values: ${set.values().join()}`);
}

const plays: Readonly<Record<string, Play>> = {
  "sysv blocking ping-pong near": withSet(near),
  "sysv blocking ping-pong far": withSet(far),
  "sysv blocking ping-pong of arrays near": withSet(nearOfArrays),
  "sysv blocking ping-pong of arrays far": withSet(farOfArrays),
  "sysv waiting ping-pong near": withSet(nearWaiting),
  "sysv waiting ping-pong far": withSet(farWaiting),
  "sysv try pairs alone": withSet((side) => pairs(side, false)),
  "sysv try pairs undo alone": withSet((side) => pairs(side, true)),
  "sysv try pairs of arrays alone": withSet(pairsOfArrays),
};

void play(plays);
