/** What the kernel says of this machine and of the place of this process in it. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, release } from "node:os";

/** uname(2): the name of the machine and the release of its kernel. */
export function uname(): { readonly nodename: string; readonly release: string } {
  return { nodename: hostname(), release: release() };
}

/** The id of this boot; undefined where it is not readable. */
export function bootId(): string | undefined {
  return orUndefined(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

/** The text of /proc/self/ns/NAME, for example "ipc:[4026531839]"; undefined if unreadable. */
export function ownNamespace(name: string): string | undefined {
  return orUndefined(() => readlinkSync(`/proc/self/ns/${name}`));
}

/**
 * What /proc calls this process: its pid, unless /proc belongs to another PID namespace; undefined
 * where /proc is no proc file system.
 */
export function ownNumber(): number | undefined {
  return orUndefined(() => Number(readlinkSync("/proc/self")));
}

/** The mounts that this process sees, as bytes of proc_pid_mountinfo(5); undefined if unreadable. */
export function ownMountinfo(): Uint8Array | undefined {
  return orUndefined(() => readFileSync("/proc/self/mountinfo"));
}

/** True for the superuser of this user namespace: geteuid(2). */
export function isSuperuser(): boolean {
  return process.geteuid?.() === 0;
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
