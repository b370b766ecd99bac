/** How a System V message queue is opened and changed, checked before any system call. */
import { checkCount, checkOwnerChange, type SysvOpenOptions } from "../../io/sysv/options.ts";
import type { SysvMessageQueueChange } from "./sysv-status.ts";

/** How to open a queue by its key. */
export type SysvMessageQueueOptions = SysvOpenOptions;

/** @throws TypeError, RangeError */
export function checkChange(change: SysvMessageQueueChange): void {
  checkOwnerChange(change);
  checkCount("maxBytes", change.maxBytes, Number.MAX_SAFE_INTEGER);
}
