/** POSIX message queues, a call a line: results are >= 0 or -errno. Names stand without their slash. */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

export const O_RDONLY = 0;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;

/** struct mq_attr. @see mq_getattr(3) */
export interface MqAttr {
  readonly mq_flags: number;
  /** Messages that the queue may hold. */
  readonly mq_maxmsg: number;
  /** Bytes that one message may have. */
  readonly mq_msgsize: number;
  /** Messages that are in it now. */
  readonly mq_curmsgs: number;
}

/** How large a new queue is to be; without it as fs.mqueue.{msg,msgsize}_default say. */
export type MqSize = Pick<MqAttr, "mq_maxmsg" | "mq_msgsize">;

/** @see mq_open(3): a descriptor, close-on-exec. */
export function mqOpen(name: Uint8Array, flags: number, mode: number = 0, size?: MqSize): number {
  const { mq_maxmsg: messages = 0, mq_msgsize: bytes = 0 } = size ?? {};
  return named(name, (region, length) => {
    return addon().mq_open(region, 0, length, flags | O_CLOEXEC, mode, messages, bytes);
  });
}

const O_CLOEXEC = 0o2000000;

/** @see mq_unlink(3) */
export function mqUnlink(name: Uint8Array): number {
  return named(name, (region, length) => addon().mq_unlink(region, 0, length));
}

/** @see mq_getattr(3); -errno where the descriptor is no queue's. */
export function mqGetattr(fd: number): MqAttr | number {
  const region = createRegion(32);
  try {
    const answer = addon().mq_getattr(fd, region.id, 0);
    if (answer < 0) return answer;
    const [flags, messagesMax, messageBytes, messages] = [0, 1, 2, 3].map((index) => {
      return Number(region.longs[index]);
    }) as [number, number, number, number];
    return {
      mq_flags: flags,
      mq_maxmsg: messagesMax,
      mq_msgsize: messageBytes,
      mq_curmsgs: messages,
    };
  } finally {
    releaseRegion(region);
  }
}

function named(name: Uint8Array, call: (region: number, length: number) => number): number {
  const region = createRegion(name.length + 1);
  try {
    region.bytes.set(name);
    return call(region.id, name.length + 1);
  } finally {
    releaseRegion(region);
  }
}
