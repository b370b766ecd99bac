/** Unix sockets as the command handles them: how they are named. */
import type { Kind } from "../../io/room.ts";
import { outOfRange } from "../../sys/errors.ts";
import { unixNameBytes, unixNameText } from "../../wire/unix-name.ts";

const forms = ["unix:/PATH", "unix:@ABSTRACT", "unix:INODE"] as const;

/** The kind "unix". */
export const unixSocketKind: Kind = { name: "unix", title: "Unix socket", forms, parse };

/** What stands behind "unix:", in its one printed form. @throws RangeError */
function parse(rest: string): string {
  if (/^\d{1,10}$/.test(rest) && Number(rest) < 2 ** 32) return `unix:${Number(rest)}`;
  const bytes = /^[/@]/.test(rest) ? unixNameBytes(rest) : undefined;
  if (bytes !== undefined) return `unix:${unixNameText(bytes)}`;
  const expected = `${forms.join(", ")}; odd bytes as \\xNN, at most 108 in all`;
  throw outOfRange("address", expected, `unix:${rest}`);
}
