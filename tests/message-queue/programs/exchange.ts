/**
 * One place of a ring of workers: takes the messages of its own type and passes each on to the next
 * place, one step older, until it is old enough; then back to whoever began. A message of length 0
 * ends the place. Every other place blocks its thread, the rest wait asynchronously.
 */
import { workerData } from "node:worker_threads";
import { type Message, SysvMessageQueue } from "linux-ipc/message-queue";

export interface Place {
  readonly id: number;
  /** 1 to `places`, and the type of what is sent to it. */
  readonly place: number;
  readonly places: number;
  readonly steps: number;
}

/** The type of what comes back. */
export const backType = 1000;

async function pass(): Promise<void> {
  const { id, place, places, steps } = workerData as Place;
  using queue = SysvMessageQueue.byId(id);
  const next = (place % places) + 1;
  const blocks = place % 2 === 0;
  const take = (): Message | Promise<Message> =>
    blocks ? queue.receiveSync({ type: place }) : queue.receive({ type: place });
  for (;;) {
    const { data } = await take();
    if (data.length === 0) return;
    const age = data.readUInt32BE(4) + 1;
    data.writeUInt32BE(age, 4);
    const to = age < steps ? next : backType;
    if (blocks) queue.sendSync(to, data);
    else await queue.send(to, data);
  }
}

if (workerData !== null) void pass();
