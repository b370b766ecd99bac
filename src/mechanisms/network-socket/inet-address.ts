/** How sockets of the internet are named: HOST:PORT, for a connection LOCAL-REMOTE, or the inode. */
import { outOfRange } from "../../sys/errors.ts";
import { parseIp } from "../../wire/ip-address.ts";
import type { Endpoint } from "../../wire/sock-diag/inet.ts";

/** "127.0.0.1:80", "[::1]:80"; with the interface where an address means nothing without: "[fe80::1%2]:80". */
export function endpointText({ address, port }: Endpoint, iface: number = 0): string {
  if (!address.includes(":")) return `${address}:${port}`;
  const scope = iface !== 0 && /^fe[89ab]/.test(address) ? `%${iface}` : "";
  return `[${address}${scope}]:${port}`;
}

/** The forms of a kind's addresses, for help. */
export function formsOf(kind: string): readonly string[] {
  return [`${kind}:HOST:PORT`, `${kind}:LOCAL:PORT-REMOTE:PORT`, `${kind}:INODE`];
}

/** What stands behind "tcp:" or "udp:", in its one printed form. @throws RangeError */
export function parseInetAddress(kind: string, rest: string): string {
  if (/^\d{1,10}$/.test(rest) && Number(rest) < 2 ** 32) return `${kind}:${Number(rest)}`;
  const ends = splitEnds(rest).map(parseEndpoint);
  const [local, remote] = ends;
  if (local !== undefined && !ends.includes(undefined)) {
    return `${kind}:${remote === undefined ? local : `${local}-${remote}`}`;
  }
  const forms = formsOf(kind).join(", ");
  throw outOfRange("address", `${forms}; IPv6 as [::1]:PORT`, `${kind}:${rest}`);
}

/** No address has a dash in it; a name of a host is none. */
function splitEnds(text: string): string[] {
  const ends = text.split("-");
  return ends.length > 2 ? [""] : ends;
}

function parseEndpoint(text: string): string | undefined {
  const [, wide, scope, narrow, port] =
    /^(?:\[([^\]%]+)(?:%(\d{1,9}))?\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = parseIp(wide ?? narrow ?? "");
  if (address === undefined || Number(port) > 65535) return undefined;
  return endpointText({ address, port: Number(port) }, Number(scope ?? 0));
}
