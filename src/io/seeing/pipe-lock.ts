/**
 * Pipes that must be left alone. The kernel keeps a pipe's lock while it copies bytes, and so also
 * while splice(2) waits for a socket to have bytes for the pipe, or write(2) for a page of user memory
 * that another program has to deliver. Whoever then asks how full the pipe is sleeps as long, and
 * cannot be killed. Such a thread is seen in the call, and asleep in anything but a pipe's own wait.
 */
import { wchan } from "../../sys/wchan.ts";
import type { DescriptorWait } from "./descriptor-waits.ts";

/** Where the kernel sleeps with the pipe unlocked: fs/pipe.c, fs/splice.c. */
const unlocked = /pipe|^wait_for_(?:space|partner)/;

/**
 * So many threads are asked where they sleep. Of more than these it is the child that finds out which
 * asks how full the pipes are (native/engines/aside.c), and which can be left.
 */
const SLEEPERS_MAX = 256;

/** Tells of one pipe after the other whether somebody who waits keeps its lock, or waits for it. */
export function lockWatch(): (waits: readonly DescriptorWait[]) => boolean {
  let asked = 0;
  return (waits) =>
    waits.some((wait) => {
      if (isPolling(wait) || ++asked > SLEEPERS_MAX) return false;
      return !unlocked.test(sleepOf(wait));
    });
}

/** True for a thread that sleeps at the pipe, be it for its lock. */
export function sleepsAtPipe(wait: DescriptorWait): boolean {
  return isPolling(wait) || /pipe|wait_for_|mutex/.test(sleepOf(wait));
}

/** Who polls a pipe does not lock it. */
function isPolling({ call }: DescriptorWait): boolean {
  return /poll|select/.test(call.name);
}

/** Where the kernel does not tell, the walk's word stands: it waits in a call on this pipe. */
function sleepOf({ process, tid }: DescriptorWait): string {
  return wchan(process.pid, tid) ?? "pipe";
}
