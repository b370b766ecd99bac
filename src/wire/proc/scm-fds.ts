/** The descriptors in flight to a Unix socket, as /proc/PID/fdinfo/N counts them since Linux 5.7. */

/** How many lie in messages that were not received yet; undefined where the text does not say. */
export function scmFdsOf(text: string): number | undefined {
  const count = /^scm_fds:\s*(\d{1,9})$/m.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}
