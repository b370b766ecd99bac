/** kcmp(2): whether descriptors of different processes are open on the same file. */
import { addon } from "./addon.ts";
import { SystemError } from "./errors.ts";
import { createRegion, releaseRegion } from "./region.ts";

/** One descriptor of a process. */
export interface DescriptorOf {
  readonly pid: number;
  readonly fd: number;
}

/** True where both are open on the same file; false too where one of them may not be compared. */
export function isSameFile(one: DescriptorOf, other: DescriptorOf): boolean {
  return addon().kcmp_file(one.pid, one.fd, other.pid, other.fd) === 0;
}

const ENTRY_BYTES = 12;

/**
 * For each descriptor the index of the first of the list that is open on the same file, its own where
 * it is the first; or -errno where it may not be compared: EPERM, ESRCH, EBADF, ENOSYS. About a
 * microsecond for each of n log n comparisons.
 * @throws SystemError ENOMEM
 */
export function kcmpFiles(descriptors: readonly DescriptorOf[]): readonly number[] {
  const region = createRegion(Math.max(1, descriptors.length) * ENTRY_BYTES);
  try {
    for (const [index, { pid, fd }] of descriptors.entries()) {
      region.view.setInt32(index * ENTRY_BYTES, pid, true);
      region.view.setInt32(index * ENTRY_BYTES + 4, fd, true);
    }
    const answer = addon().kcmp_files(region.id, 0, descriptors.length);
    if (answer < 0) throw new SystemError(answer, "kcmp");
    return descriptors.map((_, index) => region.view.getInt32(index * ENTRY_BYTES + 8, true));
  } finally {
    releaseRegion(region);
  }
}
