/** What the contract of handles has to know of SysvMessageQueue. */
import { SysvMessageQueue } from "linux-ipc/message-queue";
import type { HandleContract, ObjectName } from "../contracts/handle.ts";
import { blocked } from "../harness/blocked.ts";
import { fill } from "./queue.ts";

const textBytes = 4096;

/** Looks at the queue through another handle, which the test does not see. */
function through(object: ObjectName, use: (queue: SysvMessageQueue) => unknown): void {
  using queue = SysvMessageQueue.byId(Number(object));
  use(queue);
}

const toReceive = {
  prepare: (): void => undefined,
  begun: (object: ObjectName): Promise<void> => blocked(process.pid, "msgrcv", Number(object)),
  satisfy: (object: ObjectName): void => through(object, (queue) => queue.trySend(1, "x")),
};

const toSend = {
  prepare: (object: ObjectName): void => through(object, (queue) => fill(queue, textBytes)),
  begun: (object: ObjectName): Promise<void> => blocked(process.pid, "msgsnd", Number(object)),
  satisfy: (object: ObjectName): void => through(object, (queue) => queue.tryReceive()),
};

const text = Buffer.alloc(textBytes);

export const contract: HandleContract = {
  name: "SysvMessageQueue",
  module: import.meta.url,
  open: () => SysvMessageQueue.open(0),
  objectOf: (handle) => (handle as SysvMessageQueue).id,
  destroy,
  waits: [
    {
      name: "receive()",
      ...toReceive,
      begin: (handle, options) => (handle as SysvMessageQueue).receive(options),
    },
    {
      name: "send()",
      ...toSend,
      begin: (handle, options) => (handle as SysvMessageQueue).send(2, text, options),
    },
    {
      name: "messages()",
      ...toReceive,
      begin: (handle, options) => (handle as SysvMessageQueue).messages(options).next(),
    },
  ],
  syncWaits: [
    {
      name: "receiveSync()",
      prepare: toReceive.prepare,
      run: (handle, options) => (handle as SysvMessageQueue).receiveSync(options),
    },
    {
      name: "sendSync()",
      prepare: toSend.prepare,
      run: (handle, options) => (handle as SysvMessageQueue).sendSync(2, text, options),
    },
  ],
  calls: {
    trySend: (handle) => (handle as SysvMessageQueue).trySend(1, "x"),
    tryReceive: (handle) => (handle as SysvMessageQueue).tryReceive(),
    peek: (handle) => (handle as SysvMessageQueue).peek(0),
    stat: (handle) => (handle as SysvMessageQueue).stat(),
    set: (handle) => (handle as SysvMessageQueue).set({ mode: 0o600 }),
    remove: (handle) => (handle as SysvMessageQueue).remove(),
  },
};

/** The test may have destroyed it. */
function destroy(object: ObjectName): void {
  try {
    through(object, (queue) => queue.remove());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EINVAL" && code !== "EIDRM") throw error;
  }
}
