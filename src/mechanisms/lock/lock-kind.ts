/** How a file with locks is named. */
import type { Kind } from "../../io/room.ts";
import { outOfRange } from "../../sys/errors.ts";

const forms = ["lock:/PATH", "lock:MAJOR:MINOR:INODE"] as const;

/** The kind "lock". */
export const lockKind: Kind = { name: "lock", title: "file with locks", forms, parse };

function parse(rest: string): string {
  if (rest.startsWith("/") && !rest.includes("\0")) return `lock:${rest}`;
  const numbers = /^(\d{1,10}):(\d{1,10}):(\d{1,20})$/.exec(rest)?.slice(1);
  if (numbers !== undefined) return `lock:${numbers.map(BigInt).join(":")}`;
  throw outOfRange("address", forms.join(" or "), `lock:${rest}`);
}
