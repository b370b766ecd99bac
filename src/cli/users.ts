/** User names, for people; everything else keeps the numbers. */
import { readFileSync } from "node:fs";

let names: ReadonlyMap<number, string> | undefined;

/** The name of a user, or the number where it has none; empty for null. */
export function userName(uid: number | null): string {
  if (uid === null) return "";
  names ??= read("/etc/passwd");
  return names.get(uid) ?? String(uid);
}

/**
 * Reads passwd(5); of several names for one number the first counts, as in getpwuid(3). glibc takes
 * what stands behind a # for a comment.
 */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const users = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name, , uid] = line.trimStart().replace(/^#.*/, "").split(":");
    if (name && uid && /^\d+$/.test(uid) && !users.has(Number(uid))) users.set(Number(uid), name);
  }
  return users;
}

/** A container may have no such file: then everybody is a number. */
function read(path: string): ReadonlyMap<number, string> {
  try {
    return parsePasswd(readFileSync(path, "utf8"));
  } catch {
    return new Map();
  }
}
