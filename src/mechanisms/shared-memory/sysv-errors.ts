/** The kernel's refusals of System V shared memory, with their cause and the way out. */
import { sysvAddress } from "../../io/sysv/address.ts";
import { errnoOf, nameOf } from "../../sys/errno.ts";
import { SystemError } from "../../sys/errors.ts";
import { createRegion, type Region } from "../../sys/region.ts";
import { SHMCTL_BYTES, shmctl } from "../../sys/shm.ts";
import { IPC_STAT } from "../../sys/sysv.ts";
import { sysvSharedMemoryLimits } from "./sysv-limits.ts";

/** What the refused call was about. */
export interface Refused {
  readonly id?: number | undefined;
  readonly key?: number | undefined;
  /** How long a segment was to be. */
  readonly sizeBytes?: number | undefined;
  /** It was to consist of huge pages. */
  readonly hugePages?: boolean | undefined;
  /** It was to be kept in physical memory. */
  readonly lock?: boolean | undefined;
}

const EINVAL = -errnoOf("EINVAL");
const EIDRM = -errnoOf("EIDRM");

/**
 * The error of a handle's call. The segment was there when the handle was made, so where it is not
 * now it was removed: the kernel says EINVAL or EIDRM of that as it pleases, we always EIDRM.
 */
export function handleRefusal(errno: number, syscall: string, about: Refused): SystemError {
  const removed = errno === EINVAL && about.id !== undefined && !exists(about.id);
  return refusal(removed ? EIDRM : errno, syscall, about);
}

let memory: Region | undefined;

function exists(id: number): boolean {
  memory ??= createRegion(SHMCTL_BYTES);
  const answer = shmctl(id, IPC_STAT, memory);
  return answer !== EINVAL && answer !== EIDRM;
}

/** The error to throw for -errno of a call. */
export function refusal(errno: number, syscall: string, about: Refused): SystemError {
  const hint = hintOf(errno, syscall, about);
  return new SystemError(errno, syscall, { address: sysvAddress("shm", about), hint });
}

function hintOf(errno: number, syscall: string, about: Refused): string | undefined {
  switch (nameOf(errno)) {
    case "ENOENT":
      return "no segment has this key; { create: true, sizeBytes } makes it";
    case "EEXIST":
      return "a segment has this key already; { exclusive: true } asks for a new one";
    case "EACCES":
      return "the segment's mode does not allow it; root needs CAP_IPC_OWNER";
    case "EPERM":
      return permissionHint(syscall, about);
    case "ENOSPC":
      return spaceHint();
    case "EINVAL":
      return invalidHint(syscall, about);
    case "EIDRM":
      return "the segment was removed";
    case "ENOMEM":
      return memoryHint(syscall, about);
    case "EBUSY":
      return "a segment is attached there already";
    case "EMFILE":
      return "32,768 segments are attached already in this process";
    default:
      return undefined;
  }
}

function permissionHint(syscall: string, { hugePages, lock }: Refused): string {
  if (hugePages === true) return "huge pages need CAP_IPC_LOCK or a group in vm.hugetlb_shm_group";
  if (lock === true) {
    return "it needs CAP_IPC_LOCK, or to be the segment's owner or creator with a RLIMIT_MEMLOCK (ulimit -l)";
  }
  const owner = "only the segment's owner, its creator or CAP_SYS_ADMIN may do this";
  return syscall === "shmctl" ? owner : `${owner}; see CAP_IPC_OWNER`;
}

function spaceHint(): string {
  const { segments, segmentsMax, pages, pagesMax } = sysvSharedMemoryLimits();
  if (segments >= segmentsMax) {
    return `kernel.shmmni allows ${segmentsMax} segments; raise it with sysctl(8)`;
  }
  return `kernel.shmall allows ${pagesMax} pages, ${pages} are used; raise it with sysctl(8)`;
}

function invalidHint(syscall: string, { id, sizeBytes }: Refused): string | undefined {
  if (syscall === "shmget" && sizeBytes !== undefined) return sizeHint(sizeBytes);
  if (syscall === "shmat") {
    return "the offset has to be a multiple of the page size (see round), for huge pages of theirs";
  }
  return id === undefined ? undefined : "no segment has this id in this IPC namespace";
}

function sizeHint(sizeBytes: number): string {
  const { segmentBytesMin, segmentBytesMax } = sysvSharedMemoryLimits();
  if (sizeBytes < segmentBytesMin) return "a new segment needs a sizeBytes";
  if (BigInt(sizeBytes) > segmentBytesMax) {
    return `kernel.shmmax allows ${segmentBytesMax} bytes; raise it with sysctl(8)`;
  }
  return `the segment that has this key is shorter than ${sizeBytes} bytes`;
}

function memoryHint(syscall: string, { hugePages }: Refused): string {
  if (hugePages === true) return "not that many huge pages are free; see vm.nr_hugepages";
  if (syscall === "shmctl") return "RLIMIT_MEMLOCK reached; see ulimit -l, or CAP_IPC_LOCK";
  if (syscall === "shmat") {
    return "no room in the range or the address space; see RLIMIT_AS and vm.max_map_count";
  }
  return "the system promises no such amount; see vm.overcommit_memory, or noReserve";
}
