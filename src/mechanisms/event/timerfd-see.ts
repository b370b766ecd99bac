/** Every timerfd_create(2) that somebody has open: when it expires, who holds it, who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord, Value, Wait } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import type { DescriptorWait } from "../../io/seeing/descriptor-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { clockName, decodeTimerfd, type TimerfdInfo } from "../../wire/proc/fdinfo/timerfd.ts";

const TFD_TIMER_ABSTIME = 1;
const TFD_TIMER_CANCEL_ON_SET = 2;

/** Objects, holds and waits of the kind "timerfd". */
export function seeTimerfds(view: View): Partial<Sight> {
  const all = openDescriptions(view, "timerfd");
  return {
    objects: all.map(objectOf),
    holds: all.flatMap(holdsOf),
    waits: describedWaits(view, "timerfd", waitWords),
  };
}

function objectOf(description: OpenDescription): ObjectRecord {
  const timer = decodeTimerfd(description.info);
  if (timer === undefined) return recordOf(description, { title: "timerfd", details: {} });
  const armed = timer.remainingNs > 0n;
  return recordOf(description, {
    title: "timerfd",
    used: { expirations: Number(timer.expirations) },
    details: detailsOf(timer),
    ...(armed ? {} : { unknown: { expiresInMs: "it is not armed" } }),
  });
}

function detailsOf({ clock, expirations, flags, remainingNs, intervalNs }: TimerfdInfo): {
  readonly [name: string]: Value;
} {
  return {
    clock: clockName(clock),
    expiresInMs: remainingNs > 0n ? milliseconds(remainingNs) : null,
    intervalMs: milliseconds(intervalNs),
    expirations,
    absolute: (flags & TFD_TIMER_ABSTIME) !== 0,
    cancelOnSet: (flags & TFD_TIMER_CANCEL_ON_SET) !== 0,
  };
}

/** To the microsecond. */
function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1000;
}

/** A timer ends the wait by itself, so that it is one with a limit of time. */
function waitWords({ descriptor }: DescriptorWait): Partial<Wait> {
  const timer = decodeTimerfd(descriptor.info ?? "");
  if (timer === undefined) return { text: "its next expiration" };
  if (timer.remainingNs === 0n) return { text: "its next expiration, and it is not armed" };
  const expiresInMs = milliseconds(timer.remainingNs);
  const text = `its next expiration in ${Math.ceil(expiresInMs)} ms`;
  return { text, need: { expiresInMs }, isTimed: true };
}
