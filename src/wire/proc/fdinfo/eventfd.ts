/** fdinfo of an eventfd(2). */
import { fieldOf, hexField, numberField } from "./field.ts";

/** What the kernel tells of one. */
export interface EventfdInfo {
  /** 0 to 2^64-2. */
  readonly count: bigint;
  /** Its number on this machine, given to another when it is gone; undefined before Linux 5.2. */
  readonly id: number | undefined;
  /** True where a read takes one and not all (EFD_SEMAPHORE); undefined before Linux 6.5. */
  readonly semaphore: boolean | undefined;
}

/** Undefined where the text is of something else. */
export function decodeEventfd(text: string): EventfdInfo | undefined {
  const count = hexField(text, "eventfd-count");
  if (count === undefined) return undefined;
  const id = numberField(text, "eventfd-id");
  const semaphore = fieldOf(text, "eventfd-semaphore");
  return {
    count,
    id: id === undefined || id < 0 ? undefined : id,
    semaphore: semaphore === "0" || semaphore === "1" ? semaphore === "1" : undefined,
  };
}

/** The lines that the kernel writes for it, behind those of every descriptor. */
export function encodeEventfd({ count, id, semaphore }: EventfdInfo): string {
  const lines = [`eventfd-count: ${count.toString(16).padStart(16)}\n`];
  if (id !== undefined) lines.push(`eventfd-id: ${id}\n`);
  if (semaphore !== undefined) lines.push(`eventfd-semaphore: ${semaphore ? 1 : 0}\n`);
  return lines.join("");
}
