/** The readiness engine, a call a line: results are >= 0 or -errno. */
import { addon } from "./addon.ts";
import type { Region } from "./region.ts";

export const EPOLLIN = 0x001;
export const EPOLLPRI = 0x002;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;

export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;

/** What one wake reports at most; the rest comes in the next turn of the loop. */
export const READY_MAX = 256;

/** `ready` holds pairs of (token, events); `wake(count)` says how many. */
export function pollOpen(ready: Region, wake: (count: number) => void): number {
  return addon().pollOpen(ready.id, wake);
}

/** @see epoll_ctl(2) */
export function pollControl(operation: number, fd: number, events: number, token: number): number {
  return addon().pollControl(operation, fd, events, token);
}

/** Whether the engine keeps the process alive. */
export function pollReference(keepsAlive: boolean): number {
  return addon().pollReference(keepsAlive ? 1 : 0);
}

/** Closes the epoll descriptor. */
export function pollClose(): number {
  return addon().pollClose();
}
