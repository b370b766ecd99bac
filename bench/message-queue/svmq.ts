/**
 * The same ends with npm's svmq, which blocks in libuv's threads. Its own way in is a callback a
 * message; each is made a promise, as a program of today would.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { stamp, summed } from "../runner/checksum.ts";
import { type Clock, type Play, play, type Side } from "../side.ts";

interface Queue {
  push(data: Buffer, done: (error: Error | null) => void): void;
  pop(done: (error: Error | null, data: Buffer) => void): void;
}

const folder = process.env["BENCH_PEERS"] ?? "";
const svmq = createRequire(join(folder, "package.json"))("svmq") as { readonly prototype: object };

/** svmq opens by key alone; a queue without one is reached by setting what its constructor sets. */
function queueOf(id: string | undefined): Queue {
  const own = { id: Number(id), closed: false, receiveBuffer: [] };
  return Object.assign(Object.create(svmq.prototype) as Queue, own);
}

function send(queue: Queue, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    queue.push(data, (error) => (error ? reject(error) : resolve()));
  });
}

function receive(queue: Queue): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    queue.pop((error, data) => (error ? reject(error) : resolve(data)));
  });
}

async function near(side: Side, clock: Clock): Promise<number> {
  const ping = queueOf(side.shared[0]);
  const pong = queueOf(side.shared[1]);
  const data = Buffer.alloc(side.sizeBytes);
  let sum = 0;
  for (let i = 0; i < side.messages; i++) {
    if (i === side.warmup) clock.start();
    stamp(data, i);
    await send(ping, data);
    sum = summed(sum, await receive(pong));
  }
  return sum;
}

async function far(side: Side): Promise<number> {
  const ping = queueOf(side.shared[0]);
  const pong = queueOf(side.shared[1]);
  let sum = 0;
  for (let i = 0; i < side.messages; i++) {
    const data = await receive(ping);
    sum = summed(sum, data);
    await send(pong, data);
  }
  return sum;
}

async function receiver(side: Side, clock: Clock): Promise<number> {
  const queue = queueOf(side.shared[0]);
  let sum = 0;
  for (let i = 0; i < side.messages; i++) {
    if (i === side.warmup) clock.start();
    sum = summed(sum, await receive(queue));
  }
  return sum;
}

async function sender(side: Side): Promise<number> {
  const queue = queueOf(side.shared[0]);
  const data = Buffer.alloc(side.sizeBytes);
  for (let i = 0; i < side.messages; i++) {
    stamp(data, i);
    await send(queue, data);
  }
  return 0;
}

const plays: Readonly<Record<string, Play>> = {
  "sysv blocking ping-pong near": near,
  "sysv blocking ping-pong far": far,
  "sysv blocking one-way receiver": receiver,
  "sysv blocking one-way sender": sender,
  "sysv waiting ping-pong near": near,
  "sysv waiting ping-pong far": far,
  "sysv waiting one-way receiver": receiver,
  "sysv waiting one-way sender": sender,
};

void play(plays);
