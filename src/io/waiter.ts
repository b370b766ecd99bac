/**
 * Waits for system calls that cannot be polled: each runs on an interruptible thread of ours, never
 * in libuv's pool. The threads are bounded in number and end when the last handle that waited is
 * closed.
 */
import { ofEnvironment } from "../sys/addon.ts";
import { errnoOf } from "../sys/errno.ts";
import { SystemError } from "../sys/errors.ts";
import { createRegion, type Region, releaseRegion } from "../sys/region.ts";
import { waitCancel, waitOpen, waitReference, waitStart, waitTrim } from "../sys/wait.ts";
import type { WaitOptions } from "./handle.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { Lifetime } from "./lifetime.ts";
import { Pending } from "./pending.ts";

/** How many calls may block at the same time in one environment (process or worker). */
export const WAITS_MAX = 1024;

const ECANCELED = -errnoOf("ECANCELED");

/** A call that may block: an operation of src/sys/wait.ts on memory that it reads or fills. */
export interface BlockingCall {
  readonly operation: number;
  readonly id: number;
  readonly memory: Region;
  readonly sizeBytes: number;
  readonly flags: number;
  readonly lifetime: Lifetime;
  /** For messages: the call in the kernel's words, and the object. */
  readonly syscall: string;
  readonly address: string;
}

/**
 * Runs the call and gives its result, >= 0 or -errno. Rejects with AbortError, ETIMEDOUT or
 * ClosedError if it was called off before it was done. The memory must stay until it settles.
 * @throws SystemError EAGAIN when WAITS_MAX calls are blocked already.
 */
export function waitFor(call: BlockingCall, options: WaitOptions): Promise<number> {
  return waiter().start(call, options);
}

/** The handle is closed: its part of the threads can go. */
export function waitsOver(lifetime: Lifetime): void {
  if (ofEnvironment().has(NAME)) waiter().leave(lifetime);
}

const NAME = "waiter";

/** The one of this environment; only this file puts anything there by that name. */
function waiter(): Waiter {
  const there = ofEnvironment().get(NAME) as Waiter | undefined;
  if (there !== undefined) return there;
  const made = new Waiter();
  ofEnvironment().set(NAME, made);
  return made;
}

class Waiter {
  readonly #results: Region = createRegion(WAITS_MAX * 8);
  readonly #pending: (Pending | undefined)[] = [];
  readonly #users = new Set<Lifetime>();
  readonly #keepAlive = new KeepAlive((keepsAlive) => waitReference(keepsAlive));
  #count = 0;

  constructor() {
    const opened = waitOpen(this.#results, WAITS_MAX, (count) => this.#finished(count));
    if (opened < 0) {
      releaseRegion(this.#results);
      const hint = "every real-time signal of this process has a handler already";
      throw new SystemError(opened, "sigaction", opened === -errnoOf("EUSERS") ? { hint } : {});
    }
  }

  start(call: BlockingCall, options: WaitOptions): Promise<number> {
    const { operation, id, memory, sizeBytes, flags, lifetime, syscall, address } = call;
    const slot = waitStart(operation, id, memory, sizeBytes, flags);
    if (slot < 0) throw this.#refused(slot, call);
    this.#users.add(lifetime);
    this.#count++;
    const interrupt = (): void => void waitCancel(slot);
    const context = { lifetime, keepAlive: this.#keepAlive, syscall, address, interrupt };
    const pending = new Pending(context, options);
    this.#pending[slot] = pending;
    return pending.promise;
  }

  leave(lifetime: Lifetime): void {
    this.#users.delete(lifetime);
    this.#trim();
  }

  #finished(count: number): void {
    const { words } = this.#results;
    const done: [Pending | undefined, number][] = [];
    for (let i = 0; i < count; i++) {
      const slot = words[2 * i] ?? -1;
      done.push([this.#pending[slot], words[2 * i + 1] ?? 0]);
      this.#pending[slot] = undefined;
    }
    this.#count -= count;
    for (const [pending, result] of done) {
      pending?.settle(result === ECANCELED ? undefined : result);
    }
    this.#trim();
  }

  #trim(): void {
    if (this.#users.size === 0 && this.#count === 0) waitTrim();
  }

  #refused(slot: number, { syscall, address }: BlockingCall): SystemError {
    const full = `${WAITS_MAX} calls are blocked already in this process or worker`;
    if (slot === -errnoOf("EAGAIN")) return new SystemError(slot, syscall, { address, hint: full });
    const hint = "see RLIMIT_NPROC (ulimit -u) and the pids limit of the cgroup";
    return new SystemError("EAGAIN", "pthread_create", { address, hint });
  }
}
