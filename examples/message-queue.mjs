// A queue between any two programs of the machine: this one sends jobs, and takes the urgent ones
// first. Run it with: node examples/message-queue.mjs
import { ftok, SysvMessageQueue } from "linux-ipc/message-queue";

const key = ftok("/etc/passwd", 1);
const queue = SysvMessageQueue.open(key, { create: true, mode: 0o600 });

try {
  await queue.send(2, "tidy up");
  await queue.send(1, "answer the phone");
  if (!queue.trySend(2, "water the plants")) console.log("the queue is full");

  // The lowest type up to 2 comes first: type is what is urgent here.
  const first = await queue.receive({ type: -2, timeoutMs: 1000 });
  console.log(first.type, first.data.toString());

  for await (const { data } of queue.messages({ type: 2 })) {
    console.log(data.toString());
    if (queue.stat().messages === 0) break;
  }
} finally {
  queue.remove(); // the queue would outlive the program
  queue.close();
}
