/** What follows where nobody holds a name of /dev/shm any more, in plain words. */
import type { Finding } from "../schema.ts";
import { LEAKED_AFTER_MS } from "../sentences.ts";
import type { NamedFile } from "./file-at.ts";
import type { Unseen } from "./memory-holds.ts";

/** A name that nobody is seen to hold. */
export interface Unheld {
  readonly rule: string;
  readonly address: string;
  /** Behind the address: "has 4096 bytes, and nobody has it open". */
  readonly state: string;
  readonly file: NamedFile;
  readonly unseen: Unseen;
  readonly nowMs: number;
}

/**
 * The name outlives those who use it, and some programs mean it to: whoever knows it may open it again.
 * So it is never safe to remove, and nothing is said where a holder may be unseen.
 */
export function posixLeak(unheld: Unheld): Finding | undefined {
  const { rule, address, state, file, unseen } = unheld;
  if (unseen.processes > 0 || unseen.hidden) return undefined;
  const used = new Date(file.usedAtMs).toISOString();
  const [removal, ...reasons] = judged(unheld);
  return {
    rule,
    severity: "info",
    objects: [address],
    processes: [],
    text: [`${address} ${state}.`, `It was last made, opened or changed at ${used}.`, ...reasons],
    removal,
  };
}

function judged({
  address,
  file,
  unseen,
  nowMs,
}: Unheld): readonly ["likely" | "keep", ...string[]] {
  if (nowMs - file.usedAtMs <= LEAKED_AFTER_MS) {
    return ["keep", "It is new: somebody may be about to open it.", "=> it is to stay for now."];
  }
  if (address.startsWith("@")) {
    const where = "It is named in another mount namespace, and can be removed from there alone.";
    return ["keep", where, "=> it may be left over there."];
  }
  if (unseen.outside) {
    const who = "Those outside of this PID namespace are not seen, and may use it.";
    return ["keep", who, `=> it may be left over; if so: ipc rm ${address}`];
  }
  const again = "unless a program means to open it again by its name";
  return ["likely", `=> it may be left over, ${again}; if so: ipc rm ${address}`];
}
