/** Asks the kernel for everything the room can ask for, once; strace watches. */
import {
  listSysvMessageQueues,
  SysvMessageQueue,
  sysvMessageLimits,
} from "linux-ipc/message-queue";

const key = 0x5a17_0001;
SysvMessageQueue.open(key, { create: true, exclusive: true, mode: 0o640 }).close();
SysvMessageQueue.open(key, { create: true }).close();
using queue = SysvMessageQueue.open(key);
using _other = SysvMessageQueue.byId(queue.id);

queue.trySend(5, "five");
queue.trySend(2 ** 31, "wide");
queue.sendSync(6, "six", { timeoutMs: 1_000 });
queue.peek(1);
queue.tryReceive({ type: -5 });
queue.tryReceive({ except: 6, maxBytes: 2, noError: true });
queue.receiveSync({ type: 6, timeoutMs: 1_000 });
queue.tryReceive({ type: 9_007_199_254_740_993n });
const waiting = queue.receive({ type: 3, timeoutMs: 10_000 });
queue.trySend(3, "three");
await waiting;
queue.set({ mode: 0o600, maxBytes: 4096 });
queue.stat();
sysvMessageLimits();
listSysvMessageQueues();
queue.remove();
