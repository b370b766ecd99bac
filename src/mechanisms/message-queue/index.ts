/** Message queues: System V. */
export { ftok } from "./ftok.ts";
export type { Message, MessageType, Selection } from "./message.ts";
export {
  setSysvMessageLimits,
  type SysvMessageLimits,
  type SysvMessageLimitsChange,
  sysvMessageLimits,
} from "./sysv-limits.ts";
export { SysvMessageQueue, type SysvMessageQueueOptions } from "./sysv-message-queue.ts";
export { listSysvMessageQueuesIn, type SysvMessageNamespace } from "./sysv-namespace.ts";
export {
  listSysvMessageQueues,
  type SysvMessageQueueChange,
  type SysvMessageQueueStatus,
} from "./sysv-status.ts";
