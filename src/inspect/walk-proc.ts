/** The walk over /proc, awaited: its records are decoded as they come. */
import { Descriptor } from "../io/descriptor.ts";
import { waitReady } from "../io/poller.ts";
import { EPOLLIN } from "../sys/poll.ts";
import {
  WALK_NOTHING_YET,
  WALK_OVER,
  walkBegin,
  walkEnd,
  walkEventfd,
  walkNext,
  walkRescue,
} from "../sys/walk.ts";
import { addRecords, beginWalk, endWalk, type Walk } from "../wire/proc/walk.ts";

/**
 * After so long without a piece somebody seems to hang: a look at another process may have to wait
 * for it, and it for a file system that does not answer. Once that is so, it is no use to wait as
 * long for the next.
 */
const FIRST_PATIENCE_MS = 400;
const PATIENCE_MS = 100;

/**
 * The processes of the machine. `what` is a sum of the WALK_ bits. The walk itself goes on threads of
 * ours; only the decoding is done here, between turns of the event loop.
 * @throws SystemError EMFILE, ENFILE, ENOMEM, EAGAIN, or what opening /proc gave.
 */
export async function walkProc(what: number): Promise<Walk> {
  const walk = walkBegin(what);
  try {
    using wake = new Descriptor(walkEventfd(walk), "the eventfd of a walk");
    return await takeAll(walk, wake);
  } finally {
    walkEnd(walk);
  }
}

async function takeAll(walk: number, wake: Descriptor): Promise<Walk> {
  const draft = beginWalk();
  let patienceMs = FIRST_PATIENCE_MS;
  for (;;) {
    const piece = walkNext(walk);
    if (piece === WALK_OVER) return endWalk(draft);
    if (piece !== WALK_NOTHING_YET) addRecords(draft, piece);
    else if (!(await comes(wake, patienceMs))) patienceMs = afterRescue(walk, patienceMs);
  }
}

function afterRescue(walk: number, patienceMs: number): number {
  return walkRescue(walk) > 0 ? PATIENCE_MS : patienceMs;
}

/** False when nothing came in time. */
async function comes({ fd, lifetime }: Descriptor, timeoutMs: number): Promise<boolean> {
  try {
    await waitReady(fd, { events: EPOLLIN, lifetime, syscall: "eventfd2", timeoutMs });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "ETIMEDOUT") return false;
    throw error;
  }
}
