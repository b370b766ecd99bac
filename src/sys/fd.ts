/** Descriptors, a call a line: results are >= 0 or -errno, and EINTR is retried here. */
import { addon } from "./addon.ts";
import { createRegion, type Region, releaseRegion } from "./region.ts";

/** @see https://man7.org/linux/man-pages/man2/close.2.html: never retried, the descriptor is gone. */
export function close(fd: number): number {
  return addon().close(fd);
}

/** read(2) into a region. */
export function read(fd: number, region: Region, offset: number, sizeBytes: number): number {
  return retried(() => addon().read(fd, region.id, offset, sizeBytes));
}

/** write(2) from a region. */
export function write(fd: number, region: Region, offset: number, sizeBytes: number): number {
  return retried(() => addon().write(fd, region.id, offset, sizeBytes));
}

/** pipe2(2): the two ends, or -errno. */
export function pipe2(flags: number): readonly [readFd: number, writeFd: number] | number {
  const pair = createRegion(8);
  try {
    const answer = addon().pipe2(pair.id, 0, flags);
    return answer < 0 ? answer : [pair.view.getInt32(0, true), pair.view.getInt32(4, true)];
  } finally {
    releaseRegion(pair);
  }
}

/** eventfd(2) with an initial count of 0 to 2^32-1. */
export function eventfd2(initial: number, flags: number): number {
  return addon().eventfd2(initial, flags);
}

function retried(call: () => number): number {
  for (;;) {
    const answer = call();
    if (answer !== -4) return answer;
  }
}
