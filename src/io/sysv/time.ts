/** Times as the System V structures hold them: seconds since 1970, 0 for never. */

/** Undefined for never. */
export function dateOrNever(seconds: bigint): Date | undefined {
  return seconds === 0n ? undefined : dateOf(seconds);
}

/** For what always has a time. */
export function dateOf(seconds: bigint): Date {
  return new Date(Number(seconds) * 1000);
}
