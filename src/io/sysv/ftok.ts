/** Keys made from a path, byte for byte as the C library makes them. */
import { type BigIntStats, statSync } from "node:fs";
import type { ErrorName } from "../../sys/errno.ts";
import { outOfRange, SystemError, wrongType } from "../../sys/errors.ts";

/**
 * The System V key of an existing file and a project: 8 bits of `projectId`, 8 of the device number
 * and 16 of the inode number, so that two files can share a key. Unsigned, 0 to 2^32-1.
 * @param projectId only its low 8 bits count. POSIX leaves open what becomes of zero; Linux takes it.
 * @throws SystemError ENOENT, EACCES … when the file cannot be examined.
 * @see ftok(3)
 */
export function ftok(path: string | Buffer, projectId: number): number {
  if (typeof path !== "string" && !Buffer.isBuffer(path)) {
    throw wrongType("path", "a string or a Buffer", path);
  }
  if (typeof projectId !== "number") throw wrongType("projectId", "a number", projectId);
  if (!Number.isInteger(projectId)) throw outOfRange("projectId", "an integer", projectId);
  const { dev, ino } = examine(path);
  const low = Number(ino & 0xffffn) | (Number(dev & 0xffn) << 16);
  return (low | ((projectId & 0xff) << 24)) >>> 0;
}

function examine(path: string | Buffer): BigIntStats {
  try {
    return statSync(path, { bigint: true });
  } catch (cause) {
    const { code, errno } = cause as NodeJS.ErrnoException;
    if (errno === undefined) throw cause;
    throw new SystemError((code as ErrorName | undefined) ?? errno, "stat", { path: String(path) });
  }
}
