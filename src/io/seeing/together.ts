/** What several looks saw, put together. */
import { SystemError } from "../../sys/errors.ts";
import type { Sight, View } from "../room.ts";
import type { Gap } from "../schema.ts";

/** All of it; what several could not see for the same reason is one gap. */
export function together(sights: readonly Partial<Sight>[]): Sight {
  return {
    objects: sights.flatMap(({ objects = [] }) => objects),
    holds: sights.flatMap(({ holds = [] }) => holds),
    waits: sights.flatMap(({ waits = [] }) => waits),
    links: sights.flatMap(({ links = [] }) => links),
    findings: sights.flatMap(({ findings = [] }) => findings),
    gaps: distinct(sights.flatMap(({ gaps = [] }) => gaps)),
  };
}

function distinct(gaps: readonly Gap[]): Gap[] {
  return [...new Map(gaps.map((gap) => [gap.text, gap])).values()];
}

/**
 * The same look, where what the system refuses is a gap: a room that knows several kinds goes on with
 * the others. A host may refuse a whole mechanism: ENOSYS or EPERM by seccomp(2).
 */
export function unlessRefused(room: string, see: (view: View) => Sight): (view: View) => Sight {
  return (view) => {
    try {
      return see(view);
    } catch (refused) {
      if (!(refused instanceof SystemError)) throw refused;
      const { code: reason, message } = refused;
      const text = `The kernel did not show the room ${room}: ${message}.`;
      const gaps: Gap[] = [{ what: room, reason, count: null, text }];
      return { objects: [], holds: [], waits: [], links: [], findings: [], gaps };
    }
  };
}
