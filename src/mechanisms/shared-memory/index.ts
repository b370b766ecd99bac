/** Shared memory: System V. */
export {
  type Damage,
  MappedMemory,
  type MemoryRange,
  type Protection,
  type SyncOptions,
  type ViewType,
} from "../../io/mapped-memory.ts";
export type { MemoryAdvice } from "../../io/memory-advice.ts";
export { ReservedRange } from "../../io/reserved-range.ts";
export { ftok } from "../../io/sysv/ftok.ts";
export {
  type SysvSharedMemoryLimits,
  type SysvSharedMemoryLimitsChange,
  setSysvSharedMemoryLimits,
  sysvSharedMemoryLimits,
} from "./sysv-limits.ts";
export type { SysvAttachOptions, SysvSharedMemoryOptions } from "./sysv-options.ts";
export { SysvSharedMemory } from "./sysv-shared-memory.ts";
export {
  listSysvSharedMemory,
  type SysvSharedMemoryChange,
  type SysvSharedMemoryStatus,
} from "./sysv-status.ts";
