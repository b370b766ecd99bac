/** What may be done with memory, by names. */
import { outOfRange } from "../sys/errors.ts";
import { PROT_EXEC, PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/memory.ts";

/** What may be done with memory. @see mprotect(2) */
export type Protection = "none" | "read" | "read-write" | "read-execute" | "read-write-execute";

const protections: Readonly<Record<Protection, number>> = {
  none: PROT_NONE,
  read: PROT_READ,
  "read-write": PROT_READ | PROT_WRITE,
  "read-execute": PROT_READ | PROT_EXEC,
  "read-write-execute": PROT_READ | PROT_WRITE | PROT_EXEC,
};

/** The kernel's bits. @throws RangeError */
export function protectionOf(protection: Protection): number {
  if (typeof protection === "string" && Object.hasOwn(protections, protection)) {
    return protections[protection];
  }
  throw outOfRange("protection", Object.keys(protections).join(", "), protection);
}
