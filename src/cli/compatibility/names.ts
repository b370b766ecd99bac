/**
 * The names of users and groups, as passwd(5) and group(5) have them. What a network or systemd(1)
 * would add to these by nsswitch.conf(5) is not asked for: that needs libc, and Node does not offer it.
 */
import { readFileSync } from "node:fs";
import { parsePasswd } from "../users.ts";

type Names = ReadonlyMap<number, string>;

let users: Names | undefined;
let groups: Names | undefined;

/** The user's name, or the number where it has none. */
export function userName(uid: number): string {
  users ??= read("/etc/passwd");
  return users.get(uid) ?? String(uid);
}

/** The group's name, or the number where it has none. */
export function groupName(gid: number): string {
  groups ??= read("/etc/group");
  return groups.get(gid) ?? String(gid);
}

/** Both files have the name first and the number third. Bytes, a character each. */
function read(path: string): Names {
  try {
    return parsePasswd(readFileSync(path, "latin1"));
  } catch {
    return new Map();
  }
}
