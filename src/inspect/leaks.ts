/** leaks(): what nobody uses any more, as the rooms have concluded. */
import type { Finding, Snapshot } from "../io/schema.ts";
import { checkSnapshot } from "./find.ts";

/**
 * The findings of what has leaked. A room says so by a rule whose name ends in "-leaked", so that no
 * mechanism need be known here.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for what is no snapshot.
 */
export function leaks(snapshot: Snapshot): readonly Finding[] {
  checkSnapshot(snapshot);
  return snapshot.findings.filter(isLeak);
}

/** Those of leaks() that somebody should look at: what is unused and yet to be kept is left out. */
export function removable(snapshot: Snapshot): readonly Finding[] {
  return leaks(snapshot).filter(({ removal }) => removal !== "keep");
}

/** True for a finding that says of something that it has leaked. */
export function isLeak({ rule }: Finding): boolean {
  return rule.endsWith("-leaked");
}
