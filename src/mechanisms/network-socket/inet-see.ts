/** Every TCP, UDP and raw socket, who has it, to whom it leads and who waits on it. */
import type { Sight, View } from "../../io/room.ts";
import type { Hold, ObjectRecord } from "../../io/schema.ts";
import { holdOf } from "../../io/seeing/descriptors.ts";
import { socketHolders } from "../../io/seeing/sockets.ts";
import { inetFindings } from "./inet-findings.ts";
import { endsOf, inetLinks } from "./inet-links.ts";
import { recorder } from "./inet-record.ts";
import { inetSockets } from "./inet-sockets.ts";
import { inetWaits } from "./inet-waits.ts";

/** Objects, holds, waits, links and findings of the kinds "tcp", "udp" and "raw". */
export function seeInetSockets(view: View): Sight {
  const sockets = inetSockets(view);
  const ends = endsOf(sockets);
  const record = recorder(view, ends);
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  for (const seen of sockets.all) {
    objects.push(record(seen));
    if (seen.socket.inode === 0) continue;
    for (const held of socketHolders(view, seen.socket.inode)) {
      holds.push(holdOf(held, seen.address));
    }
  }
  const waits = inetWaits(view, sockets, ends);
  const links = inetLinks(sockets, ends);
  const findings = inetFindings(view, sockets, waits, ends);
  return { objects, holds, waits, links, findings, gaps: sockets.gaps };
}
