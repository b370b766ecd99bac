/** What a room with several kinds saw, put together. */
import type { Sight } from "../room.ts";

/** Nothing seen. */
export const nothing: Sight = {
  objects: [],
  holds: [],
  waits: [],
  links: [],
  findings: [],
  gaps: [],
};

/** All of it, in that order. */
export function joinSights(sights: readonly Partial<Sight>[]): Sight {
  const all = sights.map((sight) => ({ ...nothing, ...sight }));
  return {
    objects: all.flatMap(({ objects }) => objects),
    holds: all.flatMap(({ holds }) => holds),
    waits: all.flatMap(({ waits }) => waits),
    links: all.flatMap(({ links }) => links),
    findings: all.flatMap(({ findings }) => findings),
    gaps: all.flatMap(({ gaps }) => gaps),
  };
}
