/** How a room finds out what this host, user and container let it do: by trying it. */
import { SystemError } from "../sys/errors.ts";
import type { Probe } from "./room.ts";

/** What things are tried on. */
interface Tried extends Disposable {
  remove(): void;
}

/** One thing to try: what it is called, and how. */
export type Attempt = readonly [feature: string, attempt: () => void];

/**
 * Tries each thing on an object of its own, which is gone afterwards.
 * @param feature what making the object is called
 */
export function probeOn<Made extends Tried>(
  feature: string,
  make: () => Made,
  attempts: (made: Made) => readonly Attempt[],
): readonly Probe[] {
  let probes: readonly Probe[] = [];
  const making = tried(feature, () => {
    using made = make();
    try {
      probes = attempts(made).map(([what, attempt]) => tried(what, attempt));
    } finally {
      made.remove();
    }
  });
  return [making, ...probes];
}

/** What the system refuses is not available; any other error is a bug and passes. */
function tried(feature: string, attempt: () => void): Probe {
  try {
    attempt();
    return { feature, available: true, reason: "" };
  } catch (refused) {
    if (!(refused instanceof SystemError)) throw refused;
    return { feature, available: false, reason: refused.message };
  }
}
