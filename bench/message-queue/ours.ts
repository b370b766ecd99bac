/** Our ends of the exchanges with message queues; twin.c plays the same ones in C. */
import { SysvMessageQueue } from "linux-ipc/message-queue";
import { stamp, summed } from "../runner/checksum.ts";
import { type Clock, type Play, play, type Side } from "../side.ts";

/** The ways of sending and receiving on one thread. */
interface Way {
  send(queue: SysvMessageQueue, data: Buffer): void;
  receive(queue: SysvMessageQueue): Buffer;
}

const blocking: Way = {
  send: (queue, data) => queue.sendSync(1, data),
  receive: (queue) => queue.receiveSync().data,
};

const spinning: Way = {
  send: (queue, data) => {
    while (!queue.trySend(1, data));
  },
  receive: (queue) => {
    for (;;) {
      const message = queue.tryReceive();
      if (message !== undefined) return message.data;
    }
  },
};

/** The same with memory of the caller's for what is received, as the twin in C has it. */
const memory = Buffer.alloc(8192);

const blockingInto: Way = {
  send: blocking.send,
  receive: (queue) => queue.receiveSync({ into: memory }).data,
};

const spinningInto: Way = {
  send: spinning.send,
  receive: (queue) => {
    for (;;) {
      const message = queue.tryReceive({ into: memory });
      if (message !== undefined) return message.data;
    }
  },
};

/** What an end works with. The second queue is for the way back. */
interface Exchange extends Side {
  readonly ping: SysvMessageQueue;
  readonly pong: SysvMessageQueue;
  readonly clock: Clock;
}

/** Opens the queues for an end and closes them after it. */
function withQueues(end: (exchange: Exchange) => number | Promise<number>): Play {
  return async (side, clock) => {
    using ping = SysvMessageQueue.byId(Number(side.shared[0]));
    using pong = SysvMessageQueue.byId(Number(side.shared[1]));
    return await end({ ...side, ping, pong, clock });
  };
}

function near(exchange: Exchange, way: Way): number {
  const { sizeBytes, messages, warmup, ping, pong, clock } = exchange;
  const data = Buffer.alloc(sizeBytes);
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    stamp(data, i);
    way.send(ping, data);
    sum = summed(sum, way.receive(pong));
  }
  return sum;
}

function far({ messages, ping, pong }: Exchange, way: Way): number {
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    const data = way.receive(ping);
    sum = summed(sum, data);
    way.send(pong, data);
  }
  return sum;
}

function receiver({ messages, warmup, ping, clock }: Exchange, way: Way): number {
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    sum = summed(sum, way.receive(ping));
  }
  return sum;
}

function sender({ sizeBytes, messages, ping }: Exchange, way: Way): number {
  const data = Buffer.alloc(sizeBytes);
  for (let i = 0; i < messages; i++) {
    stamp(data, i);
    way.send(ping, data);
  }
  return 0;
}

async function nearWaiting(exchange: Exchange): Promise<number> {
  const { sizeBytes, messages, warmup, ping, pong, clock } = exchange;
  const data = Buffer.alloc(sizeBytes);
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    stamp(data, i);
    await ping.send(1, data);
    sum = summed(sum, (await pong.receive()).data);
  }
  return sum;
}

async function farWaiting({ messages, ping, pong }: Exchange): Promise<number> {
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    const { data } = await ping.receive();
    sum = summed(sum, data);
    await pong.send(1, data);
  }
  return sum;
}

async function receiverWaiting({ messages, warmup, ping, clock }: Exchange): Promise<number> {
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    sum = summed(sum, (await ping.receive()).data);
  }
  return sum;
}

async function senderWaiting({ sizeBytes, messages, ping }: Exchange): Promise<number> {
  const data = Buffer.alloc(sizeBytes);
  for (let i = 0; i < messages; i++) {
    stamp(data, i);
    await ping.send(1, data);
  }
  return 0;
}

/** Both ends of a ping-pong in one process: what the calls alone cost. */
function pingPongAlone(exchange: Exchange, way: Way): number {
  const { sizeBytes, messages, warmup, ping, pong, clock } = exchange;
  const data = Buffer.alloc(sizeBytes);
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    stamp(data, i);
    way.send(ping, data);
    way.send(pong, way.receive(ping));
    sum = summed(sum, way.receive(pong));
  }
  return sum;
}

/** Both ends of a one-way transfer in one process: fills the queue, then empties it. */
function oneWayAlone(exchange: Exchange, into: Buffer | undefined): number {
  const { sizeBytes, messages, warmup, ping, clock } = exchange;
  const data = Buffer.alloc(sizeBytes);
  const selection = into === undefined ? undefined : { into };
  let sum = 0;
  let sent = 0;
  for (let received = 0; received < messages; ) {
    for (; sent < messages; sent++) {
      stamp(data, sent);
      if (!ping.trySend(1, data)) break;
    }
    for (;;) {
      const got = ping.tryReceive(selection);
      if (got === undefined) break;
      if (received++ === warmup) clock.start();
      sum = summed(sum, got.data);
    }
  }
  return sum;
}

function pairsAlone(exchange: Exchange, way: Way): number {
  const { sizeBytes, messages, warmup, ping, clock } = exchange;
  const data = Buffer.alloc(sizeBytes);
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmup) clock.start();
    stamp(data, i);
    way.send(ping, data);
    sum = summed(sum, way.receive(ping));
  }
  return sum;
}

const plays: Readonly<Record<string, Play>> = {
  "sysv blocking ping-pong near": withQueues((exchange) => near(exchange, blocking)),
  "sysv blocking ping-pong far": withQueues((exchange) => far(exchange, blocking)),
  "sysv blocking one-way receiver": withQueues((exchange) => receiver(exchange, blocking)),
  "sysv blocking one-way sender": withQueues((exchange) => sender(exchange, blocking)),
  "sysv blocking ping-pong into near": withQueues((exchange) => near(exchange, blockingInto)),
  "sysv blocking ping-pong into far": withQueues((exchange) => far(exchange, blockingInto)),
  "sysv blocking one-way into receiver": withQueues((exchange) => receiver(exchange, blockingInto)),
  "sysv blocking one-way into sender": withQueues((exchange) => sender(exchange, blockingInto)),
  "sysv try pairs alone": withQueues((exchange) => pairsAlone(exchange, spinning)),
  "sysv try pairs into alone": withQueues((exchange) => pairsAlone(exchange, spinningInto)),
  "sysv try ping-pong alone": withQueues((exchange) => pingPongAlone(exchange, spinning)),
  "sysv try ping-pong into alone": withQueues((exchange) => pingPongAlone(exchange, spinningInto)),
  "sysv try ping-pong near": withQueues((exchange) => near(exchange, spinning)),
  "sysv try ping-pong far": withQueues((exchange) => far(exchange, spinning)),
  "sysv try one-way alone": withQueues((exchange) => oneWayAlone(exchange, undefined)),
  "sysv try one-way into alone": withQueues((exchange) => oneWayAlone(exchange, memory)),
  "sysv try one-way receiver": withQueues((exchange) => receiver(exchange, spinning)),
  "sysv try one-way sender": withQueues((exchange) => sender(exchange, spinning)),
  "sysv waiting ping-pong near": withQueues(nearWaiting),
  "sysv waiting ping-pong far": withQueues(farWaiting),
  "sysv waiting one-way receiver": withQueues(receiverWaiting),
  "sysv waiting one-way sender": withQueues(senderWaiting),
};

void play(plays);
