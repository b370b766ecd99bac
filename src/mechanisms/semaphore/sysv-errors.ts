/** The kernel's refusals of System V semaphores, with their cause and the way out. */
import { sysvAddress } from "../../io/sysv/address.ts";
import { errnoOf, nameOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { SEMCTL_BYTES, semctlAbout } from "../../sys/sem.ts";
import { IPC_STAT } from "../../sys/sysv.ts";
import { operationsMax, sysvSemaphoreLimits } from "./sysv-limits.ts";
import { VALUE_MAX } from "./sysv-options.ts";

/** What the refused call was about. */
export interface Refused {
  readonly id?: number | undefined;
  readonly key?: number | undefined;
  /** How many semaphores the set has, or was to have. */
  readonly count?: number | undefined;
}

/**
 * The error of a handle's call. The set was there when the handle was made, so where it is not now
 * it was removed: the kernel says EINVAL or EIDRM of that as it pleases, we always EIDRM.
 */
export function handleRefusal(errno: number, syscall: string, about: Refused): SystemError {
  const removed = errno === EINVAL && about.id !== undefined && !exists(about.id);
  return refusal(removed ? EIDRM : errno, syscall, about);
}

function exists(id: number): boolean {
  about ??= createRegion(SEMCTL_BYTES);
  const answer = semctlAbout(id, IPC_STAT, about);
  return answer !== EINVAL && answer !== EIDRM;
}

const EINVAL = -errnoOf("EINVAL");
const EIDRM = -errnoOf("EIDRM");

let about: Region | undefined;

/** The error to throw for -errno of a call. */
export function refusal(errno: number, syscall: string, about: Refused): SystemError {
  const hint = hintOf(errno, syscall, about);
  return new SystemError(errno, syscall, { address: sysvAddress("sem", about), hint });
}

/** The error of semop(2) on a handle's set. `noWait`: one of the operations must not wait. */
export function operationRefusal(
  errno: number,
  { id, count }: { readonly id: number; readonly count?: number | undefined },
  noWait = false,
): SystemError {
  const address = `sem:${id}`;
  if (errno === ETIMEDOUT)
    return new SystemError(errno, "semop", { address, message: "timed out" });
  const hint = timerHint(errno, noWait);
  if (hint !== undefined) return new SystemError(errno, "timer_create", { address, hint });
  return handleRefusal(errno, "semop", { id, count });
}

/** A call that may block never answers so itself: its slices take a timer and a signal. */
function timerHint(errno: number, noWait: boolean): string | undefined {
  if (errno === EUSERS) return "every real-time signal has a handler";
  return errno === EAGAIN && !noWait ? "see RLIMIT_SIGPENDING (ulimit -i)" : undefined;
}

const EAGAIN = -errnoOf("EAGAIN");
const ETIMEDOUT = -errnoOf("ETIMEDOUT");
const EUSERS = -errnoOf("EUSERS");

const hints: Readonly<Record<string, (syscall: string, about: Refused) => string | undefined>> = {
  ENOENT: () => "no set has this key; { create: true } makes it",
  EEXIST: () => "a set has this key already; { exclusive: true } asks for a new one",
  ENOSPC: spaceHint,
  EACCES: () => "the set's mode does not allow it; root needs CAP_IPC_OWNER",
  EPERM: () => "only the set's owner, its creator or CAP_SYS_ADMIN may do this",
  EINVAL: invalidHint,
  EIDRM: () => "the set was removed",
  E2BIG: () => `kernel.sem allows ${operationsMax()} operations at once (SEMOPM); see sysctl(8)`,
  EFBIG: (_, { count }) => `the set has ${count} semaphores, counted from 0`,
  ERANGE: () => `a value, and what is undone, is ${VALUE_MAX} at most (SEMVMX, SEMAEM)`,
  EAGAIN: () => "an operation with noWait would have to wait",
};

function hintOf(errno: number, syscall: string, about: Refused): string | undefined {
  return hints[nameOf(errno) ?? ""]?.(syscall, about);
}

/** semget(2) says ENOSPC of sets and of semaphores, semop(2) of records of what is to be undone. */
function spaceHint(syscall: string): string | undefined {
  if (syscall !== "semget") return undefined;
  const { sets, setsMax, semaphores, semaphoresMax } = sysvSemaphoreLimits();
  const use = `${sets} of ${setsMax} sets and ${semaphores} of ${semaphoresMax} semaphores are used`;
  return `${use}; kernel.sem limits both (SEMMNI, SEMMNS), see sysctl(8)`;
}

function invalidHint(syscall: string, { id, count }: Refused): string | undefined {
  if (syscall !== "semget") {
    return count === undefined
      ? "no set has this id in this IPC namespace"
      : `the set has ${count} semaphores, counted from 0`;
  }
  if (id !== undefined) return undefined;
  if (count === 0) return "a new set needs count or initial";
  const most = sysvSemaphoreLimits().semaphoresPerSetMax;
  return (count ?? 0) > most
    ? `kernel.sem allows ${most} semaphores in one set (SEMMSL); raise it with sysctl(8)`
    : `a set has this key and fewer than ${count} semaphores`;
}
