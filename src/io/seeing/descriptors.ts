/** Who has what open, by kind. */
import type { Descriptor, Process } from "../../wire/proc/process-table.ts";
import { groupBy } from "../group-by.ts";
import type { View } from "../room.ts";
import type { Hold } from "../schema.ts";
import { oncePerView } from "./once.ts";

/** A descriptor, and whose it is. */
export interface Held {
  readonly process: Process;
  readonly descriptor: Descriptor;
}

const byKind = oncePerView((view) => {
  const all = [...view.processes.processes.values()].flatMap((process) =>
    (process.descriptors ?? []).map((descriptor) => ({ process, descriptor })),
  );
  return groupBy(all, ({ descriptor }) => descriptor.kind);
});

/** Every descriptor of a kind (wire/proc/descriptor.ts), by process and number. */
export function descriptorsOfKind(view: View, kind: string): readonly Held[] {
  return byKind(view).get(kind) ?? [];
}

/** That somebody has the object open. */
export function holdOf({ process, descriptor }: Held, object: string): Hold {
  const { fd, access } = descriptor;
  return { pid: process.pid, object, how: "descriptor", fd, at: null, mode: access };
}
