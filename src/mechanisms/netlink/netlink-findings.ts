/** What follows from the state of a netlink socket, in plain words. */
import type { View } from "../../io/room.ts";
import type { Finding } from "../../io/schema.ts";
import { socketHolders } from "../../io/seeing/sockets.ts";
import { named, theFirst } from "../../io/sentences.ts";
import type { SeenNetlink } from "./netlink-socket.ts";

/** Undefined where nothing was lost. */
export function netlinkFinding(view: View, { socket, address }: SeenNetlink): Finding | undefined {
  const drops = socket.memory?.drops ?? 0;
  if (drops === 0) return undefined;
  const held = socketHolders(view, socket.inode).map(({ process }) => process.pid);
  const pids = [...new Set(held)];
  const who = pids.map((pid) => `${named(view.processes.processes, pid)} has it open.`);
  const lost = drops === 1 ? "1 message" : `${drops} messages`;
  return {
    rule: "netlink-dropped",
    severity: "warning",
    objects: [address],
    processes: pids,
    text: [
      `${address} has lost ${lost}, because its queue was full.`,
      ...theFirst(who),
      "=> what it knows of the kernel may be out of date, unless it asked again.",
    ],
  };
}
