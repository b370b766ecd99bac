/** How a System V message queue is opened and changed, checked before any system call. */
import { outOfRange, wrongType } from "../../sys/errors.ts";
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from "../../sys/sysv.ts";
import type { SysvMessageQueueChange } from "./sysv-status.ts";

/** How to open a queue by its key. */
export interface SysvMessageQueueOptions {
  /** Makes the queue if no queue has the key (IPC_CREAT). Default: false. */
  readonly create?: boolean | undefined;
  /** With create: fails with EEXIST if the queue exists (IPC_EXCL). Default: false. */
  readonly exclusive?: boolean | undefined;
  /** The permission bits of a new queue, 0 to 0o777; no umask applies. Default: 0o600. */
  readonly mode?: number | undefined;
}

/** The flags of msgget(2) for the options. @throws TypeError, RangeError */
export function openFlags(key: number, options: SysvMessageQueueOptions): number {
  const { create, exclusive, mode } = options;
  if (mode !== undefined) checkMode(mode);
  if (exclusive === true && create !== true) {
    throw outOfRange("options", "create: true beside exclusive: true", options);
  }
  if (create !== true && key !== IPC_PRIVATE) return mode ?? 0;
  return (mode ?? 0o600) | IPC_CREAT | (exclusive === true ? IPC_EXCL : 0);
}

function checkMode(mode: number): void {
  if (typeof mode !== "number") throw wrongType("mode", "a number", mode);
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return;
  throw outOfRange("mode", "0 to 0o777", mode);
}

/** @throws TypeError, RangeError */
export function checkChange(change: SysvMessageQueueChange): void {
  if (typeof change !== "object" || change === null) throw wrongType("change", "an object", change);
  const { uid, gid, mode, maxBytes } = change;
  if (mode !== undefined) checkMode(mode);
  checkNumber("uid", uid, 2 ** 32 - 2);
  checkNumber("gid", gid, 2 ** 32 - 2);
  checkNumber("maxBytes", maxBytes, Number.MAX_SAFE_INTEGER);
}

function checkNumber(what: string, value: number | undefined, highest: number): void {
  if (value === undefined) return;
  if (typeof value !== "number") throw wrongType(what, "a number", value);
  if (Number.isInteger(value) && value >= 0 && value <= highest) return;
  throw outOfRange(what, `0 to ${highest}`, value);
}
