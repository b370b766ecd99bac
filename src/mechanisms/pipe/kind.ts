/** Pipes as the command handles them: they are seen, and by nature have no name to open them by. */
import type { Kind } from "../../io/room.ts";
import { outOfRange } from "../../sys/errors.ts";

/** The kind "pipe". */
export const pipeKind: Kind = { name: "pipe", title: "pipe", forms: ["pipe:INO"], parse };

function parse(rest: string): string {
  if (/^\d{1,15}$/.test(rest)) return `pipe:${Number(rest)}`;
  throw outOfRange("address", "pipe:INO, the number in pipe:[INO] of /proc/PID/fd", `pipe:${rest}`);
}
