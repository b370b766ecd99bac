/** Everything of the package but the view of the machine, which is linux-ipc/inspect. */
export type { Handle, SyncWaitOptions, WaitOptions } from "./io/handle.ts";
export * from "./mechanisms/message-queue/index.ts";
export * from "./mechanisms/semaphore/index.ts";
export * from "./mechanisms/shared-memory/index.ts";
export { type ErrorName, messageOf as errorMessage } from "./sys/errno.ts";
export { AbortError, ClosedError, SystemError } from "./sys/errors.ts";
