/** Every eventfd(2) that somebody has open: its count, who holds it, who waits for it. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord, Wait } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import type { DescriptorWait } from "../../io/seeing/descriptor-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { decodeEventfd, type EventfdInfo } from "../../wire/proc/fdinfo/eventfd.ts";

/** The highest count, 2^64-2: one more would be the number that no write takes. */
const COUNT_MAX = 0xfffffffffffffffen;

/** Objects, holds and waits of the kind "eventfd". */
export function seeEventfds(view: View): Partial<Sight> {
  const all = openDescriptions(view, "eventfd");
  const waits = describedWaits(view, "eventfd", waitWords);
  const full = new Set(waits.filter(({ operation }) => operation === "write").map(addressOf));
  return {
    objects: all.map((one) => objectOf(one, full.has(one.address))),
    holds: all.flatMap(holdsOf),
    waits,
  };
}

function addressOf({ object }: Wait): string {
  return object;
}

function objectOf(description: OpenDescription, hasWriter: boolean): ObjectRecord {
  const info = decodeEventfd(description.info);
  const used: Record<string, number> = {};
  if (info !== undefined) used["count"] = Number(info.count);
  return recordOf(description, {
    title: "eventfd",
    used,
    limit: isHigh(info) ? { count: Number(COUNT_MAX) } : {},
    flags: hasWriter || info?.count === COUNT_MAX ? ["full"] : [],
    details: {
      id: info?.id ?? null,
      count: info?.count ?? null,
      semaphore: info?.semaphore ?? null,
    },
    unknown: unknownOf(info),
  });
}

/** Of all others a limit of twenty digits would say nothing. */
function isHigh(info: EventfdInfo | undefined): boolean {
  return info !== undefined && info.count > COUNT_MAX / 2n;
}

function unknownOf(info: EventfdInfo | undefined): Record<string, string> {
  if (info === undefined) return {};
  return {
    ...(info.id === undefined ? { id: "this kernel does not tell it (Linux 5.2)" } : {}),
    ...(info.semaphore === undefined
      ? { semaphore: "this kernel does not tell it (Linux 6.5)" }
      : {}),
  };
}

function waitWords({ operation }: DescriptorWait): Partial<Wait> {
  if (operation === "write") return { text: "room for the number that it adds" };
  if (operation === "read") return { text: "a count above 0" };
  return { text: "a count above 0, or room for more" };
}
