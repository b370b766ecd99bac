/** What follows where nobody holds named memory any more, in plain words. */
import type { Finding } from "../../io/schema.ts";
import type { Unseen } from "../../io/seeing/memory-holds.ts";
import type { MemoryObject } from "../../io/seeing/memory-objects.ts";
import { LEAKED_AFTER_MS } from "../../io/sentences.ts";

/** What is known of its use. */
export interface Use {
  /** The mappings and descriptors that were seen. */
  readonly holders: number;
  readonly unseen: Unseen;
  readonly nowMs: number;
}

/**
 * Named memory outlives those who use it, and some programs mean it to: whoever knows the name may
 * open it again. So it is never safe to remove, and nothing is said where a holder may be unseen.
 */
export function posixFinding(
  { kind, address, file }: MemoryObject,
  { holders, unseen, nowMs }: Use,
): Finding | undefined {
  if (kind !== "pshm" || file === undefined || holders > 0) return undefined;
  if (unseen.processes > 0 || unseen.hidden) return undefined;
  const used = new Date(file.usedAtMs).toISOString();
  const isNew = nowMs - file.usedAtMs <= LEAKED_AFTER_MS;
  const [removal, conclusion] = conclusionOf(isNew, unseen.outside, address);
  return {
    rule: "pshm-leaked",
    severity: "info",
    objects: [address],
    processes: [],
    text: [
      `${address} has ${file.sizeBytes} bytes, and nobody has it open or mapped.`,
      `It was last made, opened or changed at ${used}.`,
      conclusion,
    ],
    removal,
  };
}

function conclusionOf(
  isNew: boolean,
  outside: boolean,
  address: string,
): readonly ["likely" | "keep", string] {
  if (isNew) return ["keep", "=> it is new: somebody may be about to open it."];
  if (outside) {
    const where = "outside of this PID namespace, where nobody is seen";
    return ["keep", `=> it may be left over, unless it is used from ${where}.`];
  }
  const again = "unless a program means to open it again by its name";
  return ["likely", `=> it may be left over, ${again}; if so: ipc rm ${address}`];
}
