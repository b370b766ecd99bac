/** Every kind of wait on a queue, by name: what tests begin, interrupt, terminate and kill. */
import type { SysvMessageQueue } from "linux-ipc/message-queue";
import type { BlockingCall } from "../harness/blocked.ts";

/** A kind of wait. */
export interface Wait {
  /** Begins it; one that blocks the thread returns or throws only when it is over. */
  readonly begin: (queue: SysvMessageQueue) => Promise<unknown>;
  /** The call that it blocks in. */
  readonly call: BlockingCall;
  /** How many threads block in it. */
  readonly threads: number;
}

export type WaitName = "receive" | "send" | "receiveSync" | "sendSync" | "messages" | "many";

const manyThreads = 12;

/** For the calls to send, the queue has to be full. */
export const waits: Readonly<Record<WaitName, Wait>> = {
  receive: { begin: (queue) => queue.receive(), call: "msgrcv", threads: 1 },
  send: { begin: (queue) => queue.send(2, Buffer.alloc(4096)), call: "msgsnd", threads: 1 },
  receiveSync: { begin: async (queue) => queue.receiveSync(), call: "msgrcv", threads: 1 },
  sendSync: {
    begin: async (queue) => queue.sendSync(2, Buffer.alloc(4096)),
    call: "msgsnd",
    threads: 1,
  },
  messages: { begin: iterate, call: "msgrcv", threads: 1 },
  many: { begin: waitOften, call: "msgrcv", threads: manyThreads },
};

export const waitNames: readonly WaitName[] = Object.keys(waits) as WaitName[];

async function iterate(queue: SysvMessageQueue): Promise<void> {
  for await (const _ of queue.messages());
}

function waitOften(queue: SysvMessageQueue): Promise<unknown> {
  return Promise.all(Array.from({ length: manyThreads }, () => queue.receive()));
}
