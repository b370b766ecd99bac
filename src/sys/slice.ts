/** How long a call may block a JavaScript thread at a time. */

/** Between two slices V8 looks whether the worker is being terminated: hence no longer than this. */
const SLICE_MS = 100;

/** Milliseconds until `deadline` (performance.now()), within one slice. */
export function sliceUntil(deadline: number): number {
  if (deadline === Number.POSITIVE_INFINITY) return SLICE_MS;
  return Math.max(1, Math.min(SLICE_MS, Math.ceil(deadline - performance.now())));
}
