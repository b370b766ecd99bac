/** Other processes: their memory, at addresses they showed us. */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

/** Whether a process has this number now, ours to signal or not: kill(2) with the signal 0. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** process_vm_readv(2); undefined when it is refused, or when there is nothing at that address. */
export function processVmRead(
  pid: number,
  address: bigint,
  sizeBytes: number,
): Uint8Array | undefined {
  const region = createRegion(sizeBytes);
  try {
    const high = Number((address >> 32n) & 0xffffffffn);
    const low = Number(address & 0xffffffffn);
    const got = addon().process_vm_readv(pid, high, low, region.id, 0, sizeBytes);
    return got < 0 ? undefined : Uint8Array.prototype.slice.call(region.bytes, 0, got);
  } finally {
    releaseRegion(region);
  }
}

/** pidfd_open(2): a descriptor for the process, or -errno. */
export function pidfdOpen(pid: number): number {
  return addon().pidfd_open(pid, 0);
}

/** pidfd_getfd(2): a duplicate of one of its descriptors, or -errno; EPERM without the right to trace it. */
export function pidfdGetfd(pidfd: number, fd: number): number {
  return addon().pidfd_getfd(pidfd, fd, 0);
}
