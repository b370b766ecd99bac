/** How a System V object is opened and its owner changed, checked before any system call. */
import { outOfRange, wrongType } from "../../sys/errors.ts";
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from "../../sys/sysv.ts";

/** How to open an object by its key. */
export interface SysvOpenOptions {
  /** Makes the object if none has the key (IPC_CREAT). Default: false. */
  readonly create?: boolean | undefined;
  /** With create: fails with EEXIST if the object exists (IPC_EXCL). Default: false. */
  readonly exclusive?: boolean | undefined;
  /** The permission bits of a new object, 0 to 0o777; no umask applies. Default: 0o600. */
  readonly mode?: number | undefined;
}

/** What IPC_SET may change of every object. */
export interface SysvOwnerChange {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** The permission bits, 0 to 0o777. */
  readonly mode?: number | undefined;
}

/** The flags of msgget(2), shmget(2) and semget(2). @throws TypeError, RangeError */
export function openFlags(key: number, options: SysvOpenOptions): number {
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

/** The change, each field of it read once. @throws TypeError, RangeError */
export function checkOwnerChange(change: SysvOwnerChange): SysvOwnerChange {
  if (typeof change !== "object" || change === null) throw wrongType("change", "an object", change);
  const { uid, gid, mode } = change;
  if (mode !== undefined) checkMode(mode);
  checkCount("uid", uid, 2 ** 32 - 2);
  checkCount("gid", gid, 2 ** 32 - 2);
  return { uid, gid, mode };
}

/** A whole number from 0 up, if it is given at all. @throws TypeError, RangeError */
export function checkCount(what: string, value: number | undefined, highest: number): void {
  if (value === undefined) return;
  if (typeof value !== "number") throw wrongType(what, "a number", value);
  if (Number.isInteger(value) && value >= 0 && value <= highest) return;
  throw outOfRange(what, `0 to ${highest}`, value);
}
