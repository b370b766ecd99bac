/** Sockets, a call a line: results are >= 0 or -errno, and EINTR is retried here. */
import { addon } from "./addon.ts";
import type { Region } from "./region.ts";

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;

export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

/** The result of recv(2) is the whole length of what was cut to fit. */
export const MSG_TRUNC = 0x20;

export const NETLINK_SOCK_DIAG = 4;

/** socket(2): a descriptor, or -errno. */
export function socket(domain: number, type: number, protocol: number): number {
  return addon().socket(domain, type, protocol);
}

/** send(2) from the beginning of a region. */
export function send(fd: number, region: Region, sizeBytes: number, flags: number = 0): number {
  return retried(() => addon().sendto(fd, region.id, 0, sizeBytes, flags));
}

/** recv(2) into a whole region. */
export function recv(fd: number, region: Region, flags: number = 0): number {
  return retried(() => addon().recvfrom(fd, region.id, 0, region.sizeBytes, flags));
}

function retried(call: () => number): number {
  for (;;) {
    const answer = call();
    if (answer !== -4) return answer;
  }
}
