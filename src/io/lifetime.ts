/**
 * The life of a handle, which every handle has one of: open or closed, the waits under way, whether
 * they keep the process alive, and the warning when it is collected while still open.
 */
import { ClosedError } from "../sys/errors.ts";

/** A wait under way on behalf of a handle. */
export interface PendingWait {
  /** Calls it off; it then rejects with `cause`, unless it was done before. */
  cancel(cause: Error): void;
  /** Whether it keeps the process alive. */
  reference(keepsAlive: boolean): void;
}

export class Lifetime {
  readonly #what: () => string;
  readonly #release: () => void;
  #waits: Set<PendingWait> | undefined;
  #closed = false;
  #referenced = true;
  #watched = false;

  /**
   * @param handle what is watched for being collected; nothing else here may refer to it
   * @param what says which object it is, for messages
   * @param release gives back what the handle owns; called once
   */
  constructor(handle: object, what: () => string, release: () => void) {
    this.#what = what;
    this.#release = release;
    watchLater(handle, { lifetime: this, opened: stackAbove(handle.constructor) });
  }

  get closed(): boolean {
    return this.#closed;
  }

  get referenced(): boolean {
    return this.#referenced;
  }

  /** @throws ClosedError after close(). */
  check(): void {
    if (this.#closed) throw new ClosedError(this.#what());
  }

  /** Calls off what waits, then gives back what is owned. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#watched) collected.unregister(this);
    if (this.#waits !== undefined) this.#callOff(this.#waits);
    this.#release();
  }

  #callOff(waits: ReadonlySet<PendingWait>): void {
    const cause = new ClosedError(this.#what());
    for (const wait of [...waits]) wait.cancel(cause);
  }

  /** From now on the collector tells when the handle is collected while open. */
  watch(handle: object, held: Collected): void {
    if (this.#closed) return;
    this.#watched = true;
    collected.register(handle, held, this);
  }

  /** What the warning of a leak calls it. */
  describe(): string {
    return this.#what();
  }

  reference(keepsAlive: boolean): void {
    this.#referenced = keepsAlive;
    for (const wait of this.#waits ?? []) wait.reference(keepsAlive);
  }

  begin(wait: PendingWait): void {
    this.#waits ??= new Set();
    this.#waits.add(wait);
  }

  end(wait: PendingWait): void {
    this.#waits?.delete(wait);
  }
}

interface Collected {
  readonly lifetime: Lifetime;
  /** The lines of a stack. */
  readonly opened: string;
}

/** A stack costs some 10 microseconds: at this rate a four-hundredth of the time. */
const STACKS_PER_SECOND_MAX = 250;
const NOT_RECORDED = `    (not recorded: more than ${STACKS_PER_SECOND_MAX} handles were opened in that second)`;

let second = 0;
let stacks = 0;

function isAffordable(): boolean {
  const now = Math.trunc(performance.now() / 1000);
  if (now !== second) stacks = 0;
  second = now;
  return ++stacks <= STACKS_PER_SECOND_MAX;
}

/** As text at once: a stack that is not yet text keeps the objects alive whose methods are in it. */
function stackAbove(caller: unknown): string {
  if (!isAffordable()) return NOT_RECORDED;
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, caller as () => void);
  const stack: unknown = trace.stack; // not a string where Error.prepareStackTrace was replaced
  return typeof stack === "string" ? stack.split("\n").slice(1).join("\n") : "";
}

/**
 * Handles that were opened just now. Most short-lived ones are closed before they are watched at all,
 * which saves the collector a microsecond and a half for each.
 */
const young: { readonly handle: object; readonly held: Collected }[] = [];
const YOUNG_MAX = 64;

function watchLater(handle: object, held: Collected): void {
  if (young.length === 0) queueMicrotask(watchYoung);
  young.push({ handle, held });
  if (young.length === YOUNG_MAX) watchYoung();
}

function watchYoung(): void {
  for (const { handle, held } of young.splice(0)) held.lifetime.watch(handle, held);
}

const collected = new FinalizationRegistry<Collected>(({ lifetime, opened }) => {
  process.emitWarning(`${lifetime.describe()} was collected while open; opened\n${opened}`, {
    type: "LeakWarning",
    code: "LINUX_IPC_LEAK",
  });
  lifetime.close();
});
