/** /proc/PID/fdinfo/N: what the kernel tells of one open descriptor, a field a line (proc_pid_fdinfo(5)). */

/** The fields that every descriptor has. */
export interface Fdinfo {
  /** The status flags and the access mode it was opened with, O_CLOEXEC too. */
  readonly flags: number | undefined;
  /** The mount it was opened on, as in mountinfo. */
  readonly mountId: number | undefined;
  /** Since Linux 5.14; a bigint beyond 2^53. */
  readonly inode: number | bigint | undefined;
}

/** What every descriptor has; a field that is missing or odd is undefined. */
export function fdinfoOf(text: string): Fdinfo {
  const flags = /^flags:\t([0-7]{1,11})$/m.exec(text)?.[1];
  const mountId = /^mnt_id:\t(\d{1,10})$/m.exec(text)?.[1];
  const inode = /^ino:\t(\d{1,20})$/m.exec(text)?.[1];
  return {
    flags: flags === undefined ? undefined : Number.parseInt(flags, 8),
    mountId: mountId === undefined ? undefined : Number(mountId),
    inode: inode === undefined ? undefined : plain(inode),
  };
}

function plain(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}
