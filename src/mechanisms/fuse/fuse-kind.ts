/** How a connection of FUSE is named. */
import type { Kind } from "../../io/room.ts";
import { outOfRange } from "../../sys/errors.ts";

/** The kind "fuse". */
export const fuseKind: Kind = { name: "fuse", title: "FUSE connection", forms: ["fuse:N"], parse };

function parse(rest: string): string {
  if (/^\d{1,10}$/.test(rest) && Number(rest) < 2 ** 32) return `fuse:${Number(rest)}`;
  throw outOfRange("address", "fuse:N, the minor number of its device", `fuse:${rest}`);
}
