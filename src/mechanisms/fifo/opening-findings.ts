/** What follows from who waits in open(2) of a FIFO, in plain words. */
import type { View } from "../../io/room.ts";
import type { Finding } from "../../io/schema.ts";
import { isStillThere } from "../../io/seeing/blocked.ts";
import { named, theFirst } from "../../io/sentences.ts";
import type { FifoUse } from "./uses.ts";

/** Somebody waits for the other end, which nobody opens. */
export function aloneFinding(view: View, { address, openings }: FifoUse): Finding | undefined {
  const waiting = openings.filter(({ thread }) => isStillThere(view, thread));
  const [first] = waiting;
  if (first === undefined) return undefined;
  const { processes } = view.processes;
  const missing = first.end === "read" ? "writing" : "reading";
  const who = waiting.map(
    ({ thread }) => `${named(processes, thread.process.pid)} is blocked in ${thread.call.name}.`,
  );
  const text = [
    `${address} is open for ${missing} nowhere.`,
    ...theFirst(who),
    `=> it waits until somebody opens it for ${missing}.`,
  ];
  const pids = [...new Set(waiting.map(({ thread }) => thread.process.pid))];
  const rule = first.end === "read" ? "fifo-without-writer" : "fifo-without-reader";
  return { rule, severity: "info", objects: [address], processes: pids, text };
}
