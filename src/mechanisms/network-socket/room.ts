/** The room of network sockets, as the command, the map, the doctor and the tests see it. */
import type { Kind, Limit, Probe, Room } from "../../io/room.ts";
import { listSockets } from "../../io/seeing/sock-diag.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import { outOfRange } from "../../sys/errors.ts";
import { decodeInetSocket, encodeInetRequest } from "../../wire/sock-diag/inet.ts";
import { formsOf, parseInetAddress } from "./inet-address.ts";
import { titles } from "./inet-record.ts";
import { seeInetSockets } from "./inet-see.ts";
import { type InetKind, protocols } from "./inet-sockets.ts";

const kinds: readonly Kind[] = [
  kindOf("tcp"),
  kindOf("udp"),
  { name: "raw", title: titles.raw, forms: ["raw:INODE"], parse: parseRaw },
];

/** The room. */
export const networkSocketRoom: Room = {
  name: "network-socket",
  kinds,
  probe,
  limits,
  see: seeInetSockets,
};

function kindOf(name: InetKind): Kind {
  const parse = (rest: string): string => parseInetAddress(name, rest);
  return { name, title: titles[name], forms: formsOf(name), parse };
}

function parseRaw(rest: string): string {
  if (/^\d{1,10}$/.test(rest)) return `raw:${Number(rest)}`;
  throw outOfRange("address", "raw:INODE", `raw:${rest}`);
}

function probe(): readonly Probe[] {
  const here = { name: "net", door: undefined } as const;
  const names = Object.keys(protocols) as InetKind[];
  return names.map((kind) => {
    const request = encodeInetRequest({ family: "v4", protocol: protocols[kind], without: [] });
    const { refusal } = listSockets(here, request, decodeInetSocket);
    const feature = `list ${titles[kind]}s (sock_diag, ${kind}_diag)`;
    return { feature, available: refusal === undefined, reason: refusal?.message ?? "" };
  });
}

const sysctls = [
  ["net/core/somaxconn", "connections", "connections that a listening socket keeps for accept(2)"],
  ["net/core/rmem_max", "bytes", "bytes of a receive buffer that SO_RCVBUF may ask for"],
  ["net/core/wmem_max", "bytes", "bytes of a send buffer that SO_SNDBUF may ask for"],
] as const;

function limits(): readonly Limit[] {
  return sysctls.flatMap(([file, unit, what]) => {
    const limit = readSysctlNumber(file);
    if (limit === undefined) return [];
    const name = file.replaceAll("/", ".");
    return [{ what, name, unit, limit, used: null, raise: `sysctl -w ${name}=NUMBER` }];
  });
}
