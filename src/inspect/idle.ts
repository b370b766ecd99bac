/** Waits that keep nobody from anything: a server that waits for work is not stuck. */
import type { Wait } from "../io/schema.ts";

/** Calls that wait for whatever comes: an event loop, a signal. */
const forWhatever =
  /^(?:epoll_wait|epoll_pwait2?|io_uring_enter|pause|(?:rt_)?sigsuspend|(?:rt_)?sigtimedwait(?:_time64)?)$/;

/** True for a wait that anybody may end who comes from outside: a new client, a signal, an event. */
export function isForAnybody({ operation, syscall }: Pick<Wait, "operation" | "syscall">): boolean {
  return operation === "accept" || forWhatever.test(syscall);
}

/** True for a wait for work (accept, poll of several things, an event loop) or for a signal. */
export function isForWork(wait: Wait): boolean {
  return isForAnybody(wait) || wait.isOneOf === true;
}

/** True for a wait as an idle process has it: for work or a child. Of a list these come last. */
export function isIdle(wait: Wait): boolean {
  return isForWork(wait) || /^pid:\d+$/.test(wait.object);
}
