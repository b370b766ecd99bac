/** /proc/PID/mountinfo: what is mounted where, as far as it changes what can be seen. */
import { textOf } from "./text.ts";

/** One mount. Spaces, tabs, newlines and backslashes of the path are octal escapes still. */
export interface Mount {
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
  // Before the dash stands any number of optional fields: proc_pid_mountinfo(5).
  const dash = words.indexOf("-", 6);
  const [mountPoint, type] = [words[4], words[dash + 1]];
  if (dash < 0 || mountPoint === undefined || type === undefined) return [];
  return [{ mountPoint, type, superOptions: (words[dash + 3] ?? "").split(",") }];
}
