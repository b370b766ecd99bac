/** What may not be done to a memfd any more, asked of a duplicate of a descriptor that somebody has. */
import { fstatSync } from "node:fs";
import type { Held } from "../../io/seeing/descriptors.ts";
import { nameOf } from "../../sys/errno.ts";
import { close } from "../../sys/fd.ts";
import {
  F_SEAL_EXEC,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  getSeals,
} from "../../sys/memfd.ts";
import { pidfdGetfd, pidfdOpen } from "../../sys/process.ts";

/** What a duplicate tells. */
export interface Asked {
  /** "shrink", "grow", "write" …: fcntl(2). */
  readonly seals: readonly string[];
  readonly allocatedBytes: number;
}

const names: readonly (readonly [number, string])[] = [
  [F_SEAL_SEAL, "seal"],
  [F_SEAL_SHRINK, "shrink"],
  [F_SEAL_GROW, "grow"],
  [F_SEAL_WRITE, "write"],
  [F_SEAL_FUTURE_WRITE, "future-write"],
  [F_SEAL_EXEC, "exec"],
];

/** stat(2) counts blocks of this size. */
const BLOCK_BYTES = 512;

/**
 * The answer, or the kernel's word for why there is none: EPERM without the right to trace the process,
 * ESTALE where another file is at that descriptor by now.
 */
export function askMemfd({ process, descriptor }: Held, inode: number | bigint): Asked | string {
  const pidfd = pidfdOpen(process.pid);
  if (pidfd < 0) return word(pidfd);
  const fd = pidfdGetfd(pidfd, descriptor.fd);
  close(pidfd);
  if (fd < 0) return word(fd);
  try {
    return askDuplicate(fd, inode);
  } finally {
    close(fd);
  }
}

function askDuplicate(fd: number, inode: number | bigint): Asked | string {
  const { ino, blocks } = fstatSync(fd, { bigint: true });
  if (ino !== BigInt(inode)) return "ESTALE";
  const bits = getSeals(fd);
  if (bits < 0) return word(bits);
  const seals = names.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  return { seals, allocatedBytes: Number(blocks) * BLOCK_BYTES };
}

function word(answer: number): string {
  return nameOf(-answer) ?? "UNKNOWN";
}
