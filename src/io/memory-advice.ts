/** What the kernel can be told about memory, by the names of madvise(2) in lower case. */
import { outOfRange } from "../sys/errors.ts";

const advices = {
  normal: 0,
  random: 1,
  sequential: 2,
  "will-need": 3,
  "dont-need": 4,
  free: 8,
  remove: 9,
  "dont-fork": 10,
  "do-fork": 11,
  mergeable: 12,
  unmergeable: 13,
  "huge-page": 14,
  "no-huge-page": 15,
  "dont-dump": 16,
  "do-dump": 17,
  "wipe-on-fork": 18,
  "keep-on-fork": 19,
  cold: 20,
  "page-out": 21,
  "populate-read": 22,
  "populate-write": 23,
  "dont-need-locked": 24,
  collapse: 25,
  "guard-install": 102,
  "guard-remove": 103,
} as const;

/** One of madvise(2)'s, but those that take memory away from the whole machine. */
export type MemoryAdvice = keyof typeof advices;

/** The kernel's number. @throws RangeError */
export function adviceOf(advice: MemoryAdvice): number {
  if (typeof advice === "string" && Object.hasOwn(advices, advice)) return advices[advice];
  throw outOfRange("advice", Object.keys(advices).join(", "), advice);
}
