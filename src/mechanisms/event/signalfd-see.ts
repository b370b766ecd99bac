/** Every signalfd(2) that somebody has open: which signals it takes, who holds it, who waits. */
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord, Wait } from "../../io/schema.ts";
import { holdsOf, recordOf } from "../../io/seeing/described-record.ts";
import { describedWaits } from "../../io/seeing/described-waits.ts";
import type { DescriptorWait } from "../../io/seeing/descriptor-waits.ts";
import { type OpenDescription, openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { decodeSignalfd } from "../../wire/proc/fdinfo/signalfd.ts";
import { signalName } from "../../wire/signal-set.ts";

/** Objects, holds and waits of the kind "signalfd". */
export function seeSignalfds(view: View): Partial<Sight> {
  const all = openDescriptions(view, "signalfd");
  return {
    objects: all.map(objectOf),
    holds: all.flatMap(holdsOf),
    waits: describedWaits(view, "signalfd", waitWords),
  };
}

function objectOf(description: OpenDescription): ObjectRecord {
  const signals = decodeSignalfd(description.info)?.map(signalName) ?? null;
  return recordOf(description, { title: "signalfd", details: { signals } });
}

/** It takes the signals of whoever reads it: each process its own. */
function waitWords({ descriptor, process }: DescriptorWait): Partial<Wait> {
  const signals = decodeSignalfd(descriptor.info ?? "")?.map(signalName) ?? [];
  if (signals.length === 0) return { text: "a signal, and it takes none" };
  const text = `a signal to ${process.comm} (${process.pid}): ${signals.join(", ")}`;
  return { text, need: { signals } };
}
