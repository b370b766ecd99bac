/** The room of netlink, as the command, the map, the doctor and the tests see it. */
import type { Probe, Room } from "../../io/room.ts";
import { listSockets } from "../../io/seeing/sock-diag.ts";
import { decodeNetlinkSocket, encodeNetlinkRequest } from "../../wire/sock-diag/netlink.ts";
import { netlinkForms, parseNetlinkAddress } from "./netlink-address.ts";
import { seeNetlinkSockets } from "./netlink-see.ts";

/** The room. */
export const netlinkRoom: Room = {
  name: "netlink",
  kinds: [
    {
      name: "netlink",
      title: "netlink socket",
      forms: netlinkForms,
      parse: parseNetlinkAddress,
    },
  ],
  probe,
  limits: () => [],
  see: seeNetlinkSockets,
};

function probe(): readonly Probe[] {
  const here = { name: "net", door: undefined } as const;
  const { refusal } = listSockets(here, encodeNetlinkRequest(), decodeNetlinkSocket);
  const feature = "list netlink sockets (sock_diag, CONFIG_NETLINK_DIAG)";
  return [{ feature, available: refusal === undefined, reason: refusal?.message ?? "" }];
}
