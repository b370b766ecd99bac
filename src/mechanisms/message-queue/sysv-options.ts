/** How a System V message queue is opened and changed, checked before any system call. */
import { checkCount, checkOwnerChange, type SysvOpenOptions } from "../../io/sysv/options.ts";
import type { SysvMessageQueueChange } from "./sysv-status.ts";

/** How to open a queue by its key. */
export type SysvMessageQueueOptions = SysvOpenOptions;

/** The change, each field of it read once. @throws TypeError, RangeError */
export function checkChange(change: SysvMessageQueueChange): SysvMessageQueueChange {
  const owner = checkOwnerChange(change);
  const { maxBytes } = change;
  checkCount("maxBytes", maxBytes, Number.MAX_SAFE_INTEGER);
  return { ...owner, maxBytes };
}
