/** How full pipes are, asked of duplicates of descriptors that others have, by a child, in one batch. */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

/** A pipe, and somebody who has it open. */
export interface PipeAsked {
  readonly pid: number;
  readonly fd: number;
  readonly inode: number | bigint;
  /** The device of a FIFO; null for a pipe without a name. */
  readonly device: { readonly major: number; readonly minor: number } | null;
  /** Whether poll(2) is to say if the other end is open. */
  readonly ends: boolean;
}

/** What the kernel says of a pipe. */
export interface PipeFill {
  readonly usedBytes: number;
  readonly capacityBytes: number;
  /** The status flags of the descriptor that was asked: fcntl(2). */
  readonly flags: number;
  /** What poll(2) said, where it was asked; else 0. */
  readonly events: number;
  /** The permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** Whose it is: of a pipe without a name who made it. */
  readonly uid: number;
  readonly gid: number;
}

/** The pipe has nobody left who reads: poll(2) of an end for writing. */
export const POLLERR = 0o10;
/** It has nobody left who writes: poll(2) of an end for reading. */
export const POLLHUP = 0o20;
/** Each write is a packet of its own: pipe(2). */
export const O_DIRECT: number = process.arch === "arm64" ? 0o200000 : 0o40000;

/** sizeof(struct fill), and what is asked: native/engines/pipe-fill.c. */
const FILL_BYTES = 72;
/** So many questions are one batch. */
const FILLS_MAX = 65_536;
const ASK_ENDS = 1;
const ASK_PIPEFS = 2;

/**
 * The answers in the order of the questions, each the fill or -errno: EPERM without the right to
 * trace that process (ptrace(2)), ESTALE where the descriptor is of another pipe by now, ESRCH and
 * EBADF where it has gone, ETIMEDOUT where asking has put the child to sleep that does it for us.
 * Quickest with those of one process one behind the other.
 * @see https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html
 */
export function pipeFills(asked: readonly PipeAsked[]): readonly (PipeFill | number)[] {
  if (asked.length <= FILLS_MAX) return batch(asked);
  const answers: (PipeFill | number)[] = [];
  for (let at = 0; at < asked.length; at += FILLS_MAX) {
    for (const answer of batch(asked.slice(at, at + FILLS_MAX))) answers.push(answer);
  }
  return answers;
}

function batch(asked: readonly PipeAsked[]): readonly (PipeFill | number)[] {
  if (asked.length === 0) return [];
  const region = createRegion(asked.length * FILL_BYTES);
  try {
    asked.forEach((one, index) => {
      encode(region.view, index * FILL_BYTES, one);
    });
    const failed = addon().pipeFills(region.id, 0, asked.length);
    if (failed < 0) return asked.map(() => failed);
    return asked.map((_, index) => decode(region.view, index * FILL_BYTES));
  } finally {
    releaseRegion(region);
  }
}

function encode(view: DataView, at: number, { pid, fd, inode, device, ends }: PipeAsked): void {
  view.setInt32(at, pid, true);
  view.setInt32(at + 4, fd, true);
  view.setUint32(at + 8, device?.major ?? 0, true);
  view.setUint32(at + 12, device?.minor ?? 0, true);
  view.setBigUint64(at + 16, BigInt(inode), true);
  view.setInt32(at + 24, (ends ? ASK_ENDS : 0) | (device === null ? ASK_PIPEFS : 0), true);
}

function decode(view: DataView, at: number): PipeFill | number {
  const error = view.getInt32(at + 28, true);
  if (error < 0) return error;
  return {
    usedBytes: Number(view.getBigInt64(at + 32, true)),
    capacityBytes: Number(view.getBigInt64(at + 40, true)),
    flags: view.getInt32(at + 48, true),
    events: view.getInt32(at + 52, true),
    mode: view.getUint32(at + 56, true) & 0o7777,
    uid: view.getUint32(at + 60, true),
    gid: view.getUint32(at + 64, true),
  };
}
