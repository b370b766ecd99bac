/** Every io_uring(7) that somebody has open: how full its rings are, who holds it, who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { decodeIoUring } from "../../wire/proc/fdinfo/io-uring.ts";

/** Objects, holds and waits of the kind "io-uring". */
export function seeIoUrings(view: View): Partial<Sight> {
  const all = openDescriptions(view, "io_uring");
  return {
    objects: all.map(objectOf),
    holds: all.flatMap(holdsOf),
    waits: describedWaits(view, "io_uring", () => ({ text: "a completion" })),
  };
}

function objectOf(description: OpenDescription): ObjectRecord {
  const ring = decodeIoUring(description.info);
  const { submissions, completions, submissionsMax, completionsMax } = ring ?? {};
  return recordOf(description, {
    title: "io_uring",
    used: numbers({ submissions, completions }),
    limit: numbers({ submissions: submissionsMax, completions: completionsMax }),
    flags: isFull(completions, completionsMax) ? ["full"] : [],
    details: { pollThread: ring?.pollThread ?? null },
    unknown: { requests: "the kernel does not tell what is under way" },
  });
}

function isFull(used: number | undefined, limit: number | undefined): boolean {
  return used !== undefined && limit !== undefined && used >= limit;
}

function numbers(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, number>;
}
