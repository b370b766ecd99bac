/** fdinfo of an io_uring_setup(2). Kernels differ in what they say, so each field may be missing. */
import { fieldOf, numberField } from "./field.ts";

/** What the kernel tells of one. */
export interface IoUringInfo {
  /** Entries that the program has queued and the kernel has not taken. */
  readonly submissions: number | undefined;
  /** How many there may be. */
  readonly submissionsMax: number | undefined;
  /** Completions that the program has not taken. */
  readonly completions: number | undefined;
  readonly completionsMax: number | undefined;
  /** The kernel's thread that polls the queue (IORING_SETUP_SQPOLL); undefined where there is none. */
  readonly pollThread: number | undefined;
}

/** Undefined where the text is of something else. */
export function decodeIoUring(text: string): IoUringInfo | undefined {
  if (fieldOf(text, "SqMask") === undefined && fieldOf(text, "SqThread") === undefined) {
    return undefined;
  }
  const thread = numberField(text, "SqThread");
  return {
    submissions: distance(text, "SqHead", "SqTail"),
    submissionsMax: sizeOf(text, "SqMask"),
    completions: distance(text, "CqHead", "CqTail"),
    completionsMax: sizeOf(text, "CqMask"),
    pollThread: thread === undefined || thread <= 0 ? undefined : thread,
  };
}

/** The two run on, 32 bits wide; the text is no snapshot, so the head may have overtaken the tail. */
function distance(text: string, head: string, tail: string): number | undefined {
  const [from, to] = [numberField(text, head), numberField(text, tail)];
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, (to - from) | 0);
}

function sizeOf(text: string, name: string): number | undefined {
  const mask = /^0x[\da-f]{1,8}$/.exec(fieldOf(text, name) ?? "")?.[0];
  return mask === undefined ? undefined : Number(mask) + 1;
}
