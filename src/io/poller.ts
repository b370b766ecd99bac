/**
 * Readiness of descriptors through the event loop: one epoll descriptor, one call into JavaScript a
 * wake. Registered edge-triggered, once a descriptor: an edge that comes while nobody waits is
 * remembered, so a wait after EAGAIN never misses it and costs no system call.
 */
import { ofEnvironment } from "../sys/addon.ts";
import { SystemError } from "../sys/errors.ts";
import {
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  pollClose,
  pollControl,
  pollOpen,
  pollReference,
  READY_MAX,
} from "../sys/poll.ts";
import { createRegion, type Region, releaseRegion } from "../sys/region.ts";
import type { WaitOptions } from "./handle.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { Lifetime } from "./lifetime.ts";
import { Pending } from "./pending.ts";

const EPOLLET = 2 ** 31;
const ALL = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP;
const ENDED = EPOLLERR | EPOLLHUP;

interface Waiting {
  readonly events: number;
  readonly pending: Pending;
}

interface Watched {
  readonly fd: number;
  ready: number;
  readonly waiting: Set<Waiting>;
}

/** A wait for readiness on behalf of a handle. */
export interface ReadinessWait extends WaitOptions {
  /** A sum of EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLRDHUP; errors and hang-up always end the wait. */
  readonly events: number;
  readonly lifetime: Lifetime;
  readonly syscall: string;
  readonly address?: string | undefined;
}

/**
 * Resolves with the events that are ready; the caller then tries its call again. The descriptor
 * stays registered until forget(fd), which must come before it is closed.
 */
export function waitReady(fd: number, wait: ReadinessWait): Promise<number> {
  const poller = current() ?? new Poller();
  ofEnvironment().set(NAME, poller);
  return poller.wait(fd, wait);
}

/** Takes the descriptor out of the poller. Its waits have been called off by its lifetime. */
export function forget(fd: number): void {
  const poller = current();
  if (poller?.forget(fd) !== 0) return;
  poller.close();
  ofEnvironment().delete(NAME);
}

const NAME = "poller";

/** The one of this environment; only this file puts anything there by that name. */
function current(): Poller | undefined {
  return ofEnvironment().get(NAME) as Poller | undefined;
}

class Poller {
  readonly #ready: Region = createRegion(READY_MAX * 8);
  readonly #watched = new Map<number, Watched>();
  readonly #keepAlive = new KeepAlive((keepsAlive) => pollReference(keepsAlive));

  constructor() {
    const opened = pollOpen(this.#ready, (count) => this.#wake(count));
    if (opened >= 0) return;
    releaseRegion(this.#ready);
    throw new SystemError(opened, "epoll_create1");
  }

  wait(fd: number, wait: ReadinessWait): Promise<number> {
    const watched = this.#watched.get(fd) ?? this.#watch(fd, wait);
    const already = watched.ready & (wait.events | ENDED);
    if (already !== 0) {
      watched.ready &= ~wait.events;
      return Promise.resolve(already);
    }
    const { lifetime, syscall, address, events } = wait;
    const interrupt = (): void => this.#end(watched, entry, undefined);
    const context = { lifetime, keepAlive: this.#keepAlive, syscall, address, interrupt };
    const entry: Waiting = { events, pending: new Pending(context, wait) };
    watched.waiting.add(entry);
    return entry.pending.promise;
  }

  /** How many descriptors are left. */
  forget(fd: number): number {
    if (this.#watched.delete(fd)) pollControl(EPOLL_CTL_DEL, fd, 0, 0);
    return this.#watched.size;
  }

  close(): void {
    pollClose();
    releaseRegion(this.#ready);
  }

  #watch(fd: number, { syscall, address }: ReadinessWait): Watched {
    const added = pollControl(EPOLL_CTL_ADD, fd, ALL + EPOLLET, fd);
    if (added < 0) throw new SystemError(added, syscall, { address });
    const watched = { fd, ready: 0, waiting: new Set<Waiting>() };
    this.#watched.set(fd, watched);
    return watched;
  }

  #wake(count: number): void {
    const words = this.#ready.words.slice(0, 2 * count);
    for (let i = 0; i < count; i++) {
      const watched = this.#watched.get(words[2 * i] ?? -1);
      if (watched !== undefined) this.#mark(watched, words[2 * i + 1] ?? 0);
    }
  }

  /** One edge is for everybody who waits for it: each tries again, and waits again if need be. */
  #mark(watched: Watched, events: number): void {
    watched.ready |= events;
    let served = 0;
    for (const entry of [...watched.waiting]) {
      const ready = watched.ready & (entry.events | ENDED);
      if (ready === 0) continue;
      served |= entry.events;
      this.#end(watched, entry, ready);
    }
    watched.ready &= ~served;
  }

  #end(watched: Watched, entry: Waiting, ready: number | undefined): void {
    if (!watched.waiting.delete(entry)) return;
    entry.pending.settle(ready);
  }
}
