/**
 * Tries everything on somebody else's queue: `outsider ID stay|drop`; with drop it becomes nobody
 * first. Prints a line for each try: what it tried, then the code and the hint of the refusal.
 */
import { SysvMessageQueue, setSysvMessageLimits } from "linux-ipc/message-queue";

const [id, how] = process.argv.slice(2);
if (how === "drop") {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
using queue = SysvMessageQueue.byId(Number(id));
const tries: Readonly<Record<string, () => unknown>> = {
  trySend: () => queue.trySend(1, "x"),
  send: () => queue.send(1, "x"),
  sendSync: () => queue.sendSync(1, "x"),
  tryReceive: () => queue.tryReceive(),
  receive: () => queue.receive(),
  receiveSync: () => queue.receiveSync(),
  peek: () => queue.peek(0),
  stat: () => queue.stat(),
  set: () => queue.set({ mode: 0o666 }),
  remove: () => queue.remove(),
  // The same user may, whatever its namespace.
  ...(how === "drop" && { limits: () => setSysvMessageLimits({ messageBytesMax: 9000 }) }),
};

for (const [name, attempt] of Object.entries(tries)) {
  const outcome = await Promise.resolve()
    .then(attempt)
    .then(() => "allowed", describe);
  console.log(`${name} ${outcome}`);
}

function describe(error: NodeJS.ErrnoException & { readonly hint?: string }): string {
  return `${error.code} ${error.hint}`;
}
