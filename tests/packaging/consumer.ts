/**
 * A program that uses the package by its name, as a stranger's would. It is compiled with the
 * project, and once more against the packed package with every strictness that a user may choose.
 */
import { AbortError, type Handle, SystemError, type WaitOptions } from "linux-ipc";
import { type Snapshot, snapshot } from "linux-ipc/inspect";
import { ftok, type Message, SysvMessageQueue } from "linux-ipc/message-queue";

/** Answers one message; the options are passed on as they came, undefined included. */
export async function answer(path: string, options: WaitOptions = {}): Promise<Message> {
  using queue = SysvMessageQueue.open(ftok(path, 1), { create: true, mode: 0o600 });
  const handle: Handle = queue;
  const message = await queue.receive({ type: -9, ...options });
  await queue.send(message.type, message.data, { signal: options.signal });
  if (handle.closed) throw new AbortError(message);
  return message;
}

/** The addresses of all queues, or the code of why not. */
export async function queues(): Promise<readonly string[]> {
  try {
    const state: Snapshot = await snapshot({ kinds: ["msg"] });
    return state.objects.map((object) => object.address);
  } catch (error) {
    if (error instanceof SystemError) return [error.code, error.hint ?? "no hint"];
    throw error;
  }
}
