/** What a thread of ours opens in a namespace of others; this process stays where it is. */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

/** Which namespace a descriptor of /proc/PID/ns is expected to be of: include/uapi/linux/sched.h. */
export const CLONE_NEWIPC = 0x08000000;
export const CLONE_NEWNET = 0x40000000;

/** A namespace to enter. */
export interface Abroad {
  /** A descriptor of /proc/PID/ns/ipc or /proc/PID/ns/net; -1: where the looks go. */
  readonly fd: number;
  /** Of which kind it has to be: CLONE_NEWIPC or CLONE_NEWNET; else -EINVAL. */
  readonly type: number;
}

/**
 * open(2) of a path with O_RDONLY, O_CLOEXEC and O_NONBLOCK: the path is walked in our mounts, and
 * what is there may depend on the namespace of who opens it, as with /proc/sysvipc/shm and
 * /proc/thread-self/net/unix. A descriptor, or -errno; EPERM where setns(2) is not allowed.
 */
export function openAbroad(place: Abroad, path: string): number {
  return withText(Buffer.from(path), (region, size) => {
    return addon().abroadOpen(place.fd, place.type, region, 0, size);
  });
}

/** socket(2), close-on-exec and non-blocking; it stays in that network. A descriptor, or -errno. */
export function socketAbroad(
  place: Abroad,
  domain: number,
  type: number,
  protocol: number,
): number {
  return addon().abroadSocket(place.fd, place.type, domain, type, protocol);
}

/**
 * The POSIX message queues of an IPC namespace as a directory that is mounted nowhere and read-only
 * (fsopen(2), Linux 5.2): no mount table changes. A descriptor, or -errno: EPERM without
 * CAP_SYS_ADMIN in the namespace's user namespace, ENODEV without POSIX message queues.
 */
export function mqueueAbroad(place: Abroad): number {
  return addon().abroadMqueue(place.fd, place.type);
}

/** mq_open(3) of a queue that exists, for reading; the name without its slash. */
export function queueAbroad(place: Abroad, name: Uint8Array): number {
  return withText(name, (region, size) => {
    return addon().abroadQueue(place.fd, place.type, region, 0, size);
  });
}

/**
 * From here to leaveAbroad() the calls that look are made in that namespace, by a thread of ours:
 * 0, or -errno; -EBUSY where we are in one.
 */
export function enterAbroad(place: Abroad): number {
  return addon().abroadEnter(place.fd, place.type);
}

/** The calls that look are made here again. */
export function leaveAbroad(): void {
  addon().abroadLeave();
}

function withText(text: Uint8Array, call: (region: number, size: number) => number): number {
  const region = createRegion(text.length + 1);
  try {
    region.bytes.set(text);
    return call(region.id, text.length + 1);
  } finally {
    releaseRegion(region);
  }
}
