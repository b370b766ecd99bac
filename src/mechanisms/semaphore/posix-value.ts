/** The value of a POSIX semaphore, read without changing anything, the file's times included. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { View } from "../../io/room.ts";
import type { MemoryObject } from "../../io/seeing/memory-objects.ts";
import {
  decodePosixSemaphore,
  POSIX_SEMAPHORE_BYTES,
  POSIX_SEMAPHORE_READ_BYTES,
  type PosixSemaphore,
} from "../../wire/posix-semaphore.ts";

/** What it says of itself, or why it does not: the kernel's word, or one of ours. */
export type PosixValue = PosixSemaphore | { readonly refused: string };

const words: Readonly<Record<string, string>> = {
  "32-bit": "it is of a 32-bit program, and its layout is not known",
  "not-read": "it has no name any more, and the memory of those who have it could not be read",
  "other-namespace": "its file is in another mount namespace, and nobody has it mapped",
  changed: "its file has changed meanwhile",
};

/** Why there is no value, for `unknown`. */
export function refusalWords(refused: string): string {
  return words[refused] ?? refused;
}

/** Of those who have it mapped so many are asked. */
const ASKED_MAX = 16;

/** From the memory of one who has it mapped, else from its file. */
export function posixValueOf(view: View, semaphore: MemoryObject): PosixValue {
  const { file, name, mappings } = semaphore;
  if (file !== undefined && file.sizeBytes !== POSIX_SEMAPHORE_BYTES) return { refused: "32-bit" };
  for (const { process, mapping } of mappings.slice(0, ASKED_MAX)) {
    if (mapping.offset !== 0n || !mapping.read) continue;
    // Of a program of 32 bits alone: its library may have laid it out otherwise.
    if (file === undefined && mapping.end <= NARROW_END) return { refused: "32-bit" };
    const memory = view.readMemory(process.pid, mapping.start, POSIX_SEMAPHORE_READ_BYTES);
    const value = memory && decodePosixSemaphore(memory);
    if (value !== undefined) return value;
  }
  if (name === undefined) return { refused: "not-read" };
  return name.address.startsWith("@") ? { refused: "other-namespace" } : fromFile(name.path);
}

const NARROW_END = 2n ** 32n;

/** O_NOATIME is for the owner and for root: who may not use it does not look. */
const flags: number =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOATIME;

function fromFile(path: string): PosixValue {
  let fd: number | undefined;
  try {
    fd = openSync(path, flags);
    const status = fstatSync(fd);
    if (!status.isFile() || status.size !== POSIX_SEMAPHORE_BYTES) return { refused: "changed" };
    const bytes = new Uint8Array(POSIX_SEMAPHORE_READ_BYTES);
    const got = readSync(fd, bytes, 0, bytes.length, 0);
    return decodePosixSemaphore(bytes.subarray(0, got)) ?? { refused: "changed" };
  } catch (error) {
    return { refused: (error as NodeJS.ErrnoException).code ?? "UNKNOWN" };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
