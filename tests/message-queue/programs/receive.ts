/**
 * Takes every message of the queue of an id and prints its number, having said "ready" first:
 * `receive ID async|sync`. Each line is written before the next message is taken.
 */
import { writeSync } from "node:fs";
import { type Message, SysvMessageQueue } from "linux-ipc/message-queue";
import { numberOf } from "../numbered.ts";

const stdout = 1;
const [id, how] = process.argv.slice(2);
const queue = SysvMessageQueue.byId(Number(id));

function print({ data }: Message): void {
  writeSync(stdout, `${numberOf(data)}\n`);
}

async function receiveAll(): Promise<void> {
  writeSync(stdout, "ready\n");
  while (how === "sync") print(queue.receiveSync({ type: 1 }));
  for await (const message of queue.messages({ type: 1 })) print(message);
}

receiveAll().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code ?? error);
  process.exitCode = 1;
});
