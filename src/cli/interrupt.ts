/**
 * Ctrl-C while waiting. The wait is called off and the kernel's answer awaited: what it had already
 * given is still written out, so that no message is lost between it and the reader.
 */
import { constants } from "node:os";
import { codeOf } from "./failure.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `work` under a signal that Ctrl-C aborts. Its result, or 128 + n when interrupted. */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void => controller.abort(name);
  for (const name of signals) process.on(name, abort);
  try {
    const exitStatus = await work(controller.signal);
    return interruption(controller.signal) ?? exitStatus;
  } catch (error) {
    const interrupted = interruption(controller.signal);
    if (codeOf(error) === "ABORT_ERR" && interrupted !== undefined) return interrupted;
    throw error;
  } finally {
    for (const name of signals) process.off(name, abort);
  }
}

function interruption({ aborted, reason }: AbortSignal): number | undefined {
  return aborted ? 128 + constants.signals[reason as NodeJS.Signals] : undefined;
}
