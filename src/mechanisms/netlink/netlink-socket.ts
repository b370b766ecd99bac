/** A netlink socket that was listed, with the address that it has for us. */
import type { NetlinkSocket } from "../../wire/sock-diag/netlink.ts";

/** One of a process. */
export interface SeenNetlink {
  readonly socket: NetlinkSocket;
  /** The network namespace it is in; null where not even ours is known. */
  readonly namespace: number | null;
  readonly address: string;
}
