/** What came of the calls, as the fuzzer counts it. */

/** What came of the calls of one function. */
export interface Tally {
  calls: number;
  /** Calls whose arguments were made to reach a system call, and did: no check of ours refused. */
  reached: number;
  readonly results: Record<string, number>;
}

export type Histogram = Record<string, Tally>;

/** What only the addon itself answers to arguments that are right in form. */
export function isRefusal(name: string, outcome: string): boolean {
  if (name === "process_vm_readv") return false;
  const engine = /^(poll|wait)/.test(name) && ["EBUSY", "ESRCH", "EINVAL"].includes(outcome);
  // At one place at a time.
  if (name === "abroadEnter" && outcome === "EBUSY") return true;
  return engine || outcome === "EFAULT";
}
