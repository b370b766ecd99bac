/** The sysctls of an IPC namespace, under /proc/sys/kernel. */
import { readFileSync, writeFileSync } from "node:fs";
import type { ErrorName } from "../../sys/errno.ts";
import { outOfRange, SystemError, wrongType } from "../../sys/errors.ts";

/** Its text without the end of the line; undefined where this kernel has none, or hides it. */
export function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, "latin1").trim();
  } catch {
    return undefined;
  }
}

/** The same as a number. */
export function readSysctlNumber(name: string): number | undefined {
  const text = readSysctl(name);
  return text === undefined ? undefined : Number(text);
}

/** @throws SystemError EACCES, EPERM, EINVAL, ENOENT, EROFS */
export function writeSysctl(name: string, value: string): void {
  const path = `/proc/sys/${name}`;
  try {
    writeFileSync(path, value);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const sysctl = name.replaceAll("/", ".");
    const hint = `sysctl ${sysctl} of this IPC namespace needs CAP_SYS_ADMIN in it`;
    throw new SystemError((code ?? "EIO") as ErrorName, "write", { path, hint });
  }
}

/**
 * Writes a whole number, if one is given.
 * @param what what the caller calls it, for the complaint
 * @throws TypeError, RangeError, or as writeSysctl()
 */
export function writeSysctlNumber(
  name: string,
  what: string,
  value: number | undefined,
  [lowest, highest]: readonly [number, number] = [0, 2 ** 31 - 1],
): void {
  if (value === undefined) return;
  if (typeof value !== "number") throw wrongType(what, "a number", value);
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw outOfRange(what, `${lowest} to ${highest}`, value);
  }
  writeSysctl(name, String(value));
}
