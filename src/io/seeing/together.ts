/** What several looks saw, put together. */
import type { Sight } from "../room.ts";
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
