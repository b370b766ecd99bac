/** Semaphores: System V. */
export { ftok } from "../../io/sysv/ftok.ts";
export type { HeldSemaphore } from "./held-semaphore.ts";
export { PhpSemaphore, type PhpSemaphoreOptions } from "./php-semaphore.ts";
export {
  type SysvSemaphoreLimits,
  type SysvSemaphoreLimitsChange,
  setSysvSemaphoreLimits,
  sysvSemaphoreLimits,
} from "./sysv-limits.ts";
export type { SysvAcquireOptions, SysvOperation, SysvPostOptions } from "./sysv-operations.ts";
export type { SysvSemaphoreSetOptions } from "./sysv-options.ts";
export { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";
export {
  listSysvSemaphoreSets,
  type SysvSemaphoreSetChange,
  type SysvSemaphoreSetStatus,
} from "./sysv-status.ts";
export type { SysvSemaphoreWaiters } from "./sysv-values.ts";
