/** Who waits on a pipe or a FIFO, and for what. */
import type { Wait } from "../schema.ts";
import { type DescriptorWait, waitOn } from "./descriptor-waits.ts";
import { sleepsAtPipe } from "./pipe-lock.ts";
import type { PipeState } from "./pipe-state.ts";
import type { PipeUse } from "./pipe-use.ts";

/** Calls that wait for two things, of which only one may be the pipe. */
const carriers: ReadonlySet<string> = new Set(["splice", "tee", "sendfile", "sendfile64"]);

function carries({ call }: DescriptorWait): boolean {
  return carriers.has(call.name);
}

/** The waits that are on the pipe indeed: what splice(2) needs of it may be there already. */
export function waitsAt(use: PipeUse, { fill, refused }: PipeState): readonly DescriptorWait[] {
  if (!use.waits.some(carries)) return use.waits;
  return use.waits.flatMap((wait) => {
    if (!carries(wait)) return wait;
    if (fill === undefined) return refused !== "locked" || sleepsAtPipe(wait) ? wait : [];
    const free = fill.capacityBytes - fill.usedBytes;
    const lacks = wait.operation === "read" ? fill.usedBytes === 0 : free <= 0;
    return lacks ? { ...wait, isOneOf: false } : [];
  });
}

/** True where somebody waits to write, which is for room and nothing else. */
export function needsRoom(wait: DescriptorWait): boolean {
  return wait.operation !== "read" && !(carries(wait) && wait.isOneOf);
}

/** True for who cannot go on before somebody does something at this pipe. */
export function isHeldUp({ isTimed, isOneOf }: DescriptorWait): boolean {
  return !isTimed && !isOneOf;
}

/** The wait as the schema has it. */
export function pipeWait(wait: DescriptorWait, object: string): Wait {
  switch (wait.operation) {
    case "read":
      return waitOn(wait, object, { text: "bytes, or the end of writing" });
    case "write":
      return waitOn(wait, object, roomFor(bytesOf(wait)));
    default:
      return waitOn(wait, object, { text: "bytes, or room for some" });
  }
}

function roomFor(bytes: number | bigint | undefined): Pick<Wait, "need" | "text"> {
  if (bytes === undefined) return { need: {}, text: "room" };
  return { need: { bytes }, text: `room for ${bytes} byte${bytes === 1 ? "" : "s"}` };
}

/** Which argument says how many bytes are written at most. */
const counts: ReadonlyMap<string, number> = new Map([
  ["write", 2],
  ["splice", 4],
  ["tee", 2],
]);

function bytesOf({ call }: DescriptorWait): number | bigint | undefined {
  const value = call.arguments[counts.get(call.name) ?? -1];
  if (value === undefined) return undefined;
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
