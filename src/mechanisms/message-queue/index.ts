/** Message queues: System V. */
export { ftok } from "../../io/sysv/ftok.ts";
export type { Message, MessageType, Selection } from "./message.ts";
export {
  type SysvMessageLimits,
  type SysvMessageLimitsChange,
  setSysvMessageLimits,
  sysvMessageLimits,
} from "./sysv-limits.ts";
export { SysvMessageQueue } from "./sysv-message-queue.ts";
export { listSysvMessageQueuesIn, type SysvMessageNamespace } from "./sysv-namespace.ts";
export type { SysvMessageQueueOptions } from "./sysv-options.ts";
export {
  listSysvMessageQueues,
  type SysvMessageQueueChange,
  type SysvMessageQueueStatus,
} from "./sysv-status.ts";
