/** The names of POSIX shared memory and semaphores, as addresses have them. */
import { lstatSync, unlinkSync } from "node:fs";
import type { ErrorName } from "../../sys/errno.ts";
import { outOfRange, SystemError } from "../../sys/errors.ts";
import { POSIX_FOLDER } from "./posix-memory.ts";

/** NAME_MAX of a tmpfs. */
const NAME_BYTES_MAX = 255;

/** "pshm:/x" from "/x" or "x": the C library takes both (shm_open(3)). @throws RangeError */
export function parsePosixName(kind: string, rest: string, prefix: string = ""): string {
  const name = rest.replace(/^\/+/, "");
  const file = prefix + name;
  const isWrong = name === "" || name.includes("/") || name.includes("\0") || /^\.\.?$/.test(file);
  if (!isWrong && Buffer.byteLength(file) <= NAME_BYTES_MAX) return `${kind}:/${name}`;
  const form = `${kind}:/NAME, of 1 to ${NAME_BYTES_MAX - prefix.length} bytes and no other slash`;
  throw outOfRange("address", form, `${kind}:${rest}`);
}

/** What stands behind "pshm:/" or "psem:/". @throws RangeError for what is named elsewhere, or not */
export function posixNameIn(kind: string, address: string): string {
  const start = `${kind}:/`;
  if (address.startsWith(start)) return address.slice(start.length);
  throw outOfRange("address", `${start}NAME, as this mount namespace has it`, address);
}

/**
 * Removes a file of /dev/shm, as shm_unlink(3) and sem_unlink(3) do; but only a regular one.
 * @throws SystemError ENOENT, EACCES, EPERM, and EINVAL for what is no regular file.
 */
export function removePosixName(address: string, file: string): void {
  const path = `${POSIX_FOLDER}/${file}`;
  try {
    const isFile = lstatSync(path).isFile();
    if (!isFile) throw new SystemError("EINVAL", "unlink", { address, message: "no regular file" });
    unlinkSync(path);
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    if (errno === undefined || error instanceof SystemError) throw error;
    throw new SystemError((code as ErrorName | undefined) ?? errno, "unlink", { address });
  }
}
