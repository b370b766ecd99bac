/** Every Unix socket, who has it, to whom it leads and who waits on it, seen without a trace. */
import type { Sight, View } from "../../io/room.ts";
import type { Hold, ObjectRecord } from "../../io/schema.ts";
import { holdOf } from "../../io/seeing/descriptors.ts";
import { socketHolders } from "../../io/seeing/sockets.ts";
import { unixFindings } from "./unix-findings.ts";
import { descriptorsInFlight } from "./unix-in-flight.ts";
import { unixLinks } from "./unix-links.ts";
import { recorder } from "./unix-record.ts";
import { unixSockets } from "./unix-sockets.ts";
import { unixWaits } from "./unix-waits.ts";

/** Objects, holds, waits, links and findings of the kind "unix". */
export function seeUnixSockets(view: View): Sight {
  const sockets = unixSockets(view);
  const record = recorder(view, sockets, descriptorsInFlight(view, sockets));
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  for (const seen of sockets.byInode.values()) {
    objects.push(record(seen));
    for (const held of socketHolders(view, seen.socket.inode)) {
      holds.push(holdOf(held, seen.address));
    }
  }
  const waits = unixWaits(view, sockets);
  const links = unixLinks(sockets);
  const findings = unixFindings(view, sockets, waits);
  return { objects, holds, waits, links, findings, gaps: sockets.gaps };
}
