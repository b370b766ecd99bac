/** /proc/PID/mountinfo: what is mounted where, as far as it changes what can be seen. */
import { textOf } from "./text.ts";

/** One mount. */
export interface Mount {
  /** Unique while it is mounted, in all mount namespaces: "mnt_id" of /proc/PID/fdinfo/N. */
  readonly id: number;
  /** The device of the file system. */
  readonly major: number;
  readonly minor: number;
  /** What of the file system is mounted: "/" for all of it. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  /** The options of the file system itself, not of this mount. */
  readonly superOptions: readonly string[];
}

/** Lines that are none are passed over. */
export function decodeMountinfo(bytes: Uint8Array): readonly Mount[] {
  return textOf(bytes).split("\n").flatMap(mountOf);
}

/** True when /proc shows a user the processes of this user only (hidepid of proc(5)). */
export function hidesProcesses(mounts: readonly Mount[]): boolean {
  const proc = mounts.findLast((mount) => mount.mountPoint === "/proc" && mount.type === "proc");
  const hidden = /^hidepid=(1|2|4|noaccess|invisible|ptraceable)$/;
  return proc?.superOptions.some((option) => hidden.test(option)) ?? false;
}

function mountOf(line: string): Mount[] {
  const words = line.split(" ");
  const device = /^(\d{1,10}):(\d{1,10})$/.exec(words[2] ?? "");
  // Before the dash stands any number of optional fields: proc_pid_mountinfo(5).
  const dash = words.indexOf("-", 6);
  const [root, mountPoint, type] = [words[3], words[4], words[dash + 1]];
  if (dash < 0 || device === null || root === undefined) return [];
  if (mountPoint === undefined || type === undefined) return [];
  const place = { root: unescaped(root), mountPoint: unescaped(mountPoint) };
  const numbers = { id: Number(words[0]), major: Number(device[1]), minor: Number(device[2]) };
  return [{ ...numbers, ...place, type, superOptions: (words[dash + 3] ?? "").split(",") }];
}

/** Space, tab, newline, backslash and number sign are written in octal (fs/proc_namespace.c). */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
