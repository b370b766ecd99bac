/** The room of Unix sockets, as the command, the map, the doctor and the tests see it. */
import type { Limit, Probe, Room } from "../../io/room.ts";
import { listSockets } from "../../io/seeing/sock-diag.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import { decodeUnixSocket, encodeUnixRequest } from "../../wire/sock-diag/unix.ts";
import { unixSocketKind } from "./unix-kind.ts";
import { seeUnixSockets } from "./unix-see.ts";

/** The room. */
export const unixSocketRoom: Room = {
  name: "unix-socket",
  kinds: [unixSocketKind],
  probe,
  limits,
  see: seeUnixSockets,
};

function probe(): readonly Probe[] {
  const here = { name: "net", door: undefined } as const;
  const { refusal } = listSockets(here, encodeUnixRequest(), decodeUnixSocket);
  const feature = "list Unix sockets with their peers (sock_diag, CONFIG_UNIX_DIAG)";
  return [{ feature, available: refusal === undefined, reason: refusal?.message ?? "" }];
}

function limits(): readonly Limit[] {
  const limit = readSysctlNumber("net/unix/max_dgram_qlen");
  if (limit === undefined) return [];
  return [
    {
      what: "datagrams that wait at a Unix socket made from now on",
      name: "net.unix.max_dgram_qlen",
      unit: "datagrams",
      limit,
      used: null,
      raise: "sysctl -w net.unix.max_dgram_qlen=NUMBER",
    },
  ];
}
