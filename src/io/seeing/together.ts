/** What several looks saw, put together. */
import type { Sight } from "../room.ts";
import type { Gap } from "../schema.ts";

/** All of it; what several could not see for the same reason is one gap. */
export function together(sights: readonly Sight[]): Sight {
  return {
    objects: sights.flatMap((sight) => sight.objects),
    holds: sights.flatMap((sight) => sight.holds),
    waits: sights.flatMap((sight) => sight.waits),
    links: sights.flatMap((sight) => sight.links),
    findings: sights.flatMap((sight) => sight.findings),
    gaps: distinct(sights.flatMap((sight) => sight.gaps)),
  };
}

function distinct(gaps: readonly Gap[]): Gap[] {
  return [...new Map(gaps.map((gap) => [gap.text, gap])).values()];
}
